#!/usr/bin/env python3
"""Makes the sample data: the invented children of Ashmere and what four agencies wrote down of them.

    python3 make.py [FOLDER]      writes into FOLDER, or beside this file

Needs Python 3.11 or later and nothing else. The same seed gives the same bytes every time: every
draw goes through `Dice`, which uses only `random.random()`, whose stream Python keeps stable.
"""

import csv
import io
import random
import sys
import unicodedata
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

SEED = 20250630
TODAY = date(2025, 6, 30)  # the day all four extracts are taken
CHILDREN = 1050
SIBLING_FAMILIES = 220
TWIN_PAIRS = 20
TRIPLET_SETS = 2
UNACCOMPANIED = 8
UNBORN = 5
SOCIAL_CARE = 258  # children, before duplicate records
POLICE = 112


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    children = make_children()
    members = choose_members(children)
    truth = []
    for agency in (Health, Education, SocialCare, Police):
        records = agency(children, members).records()
        agency.write(folder, records)
        truth += [(agency.name, record) for record in records]
    write_truth(folder, truth)


class Dice:
    """Random choices built on `random()` alone, so that no library change can move them."""

    def __init__(self, stage):
        self.source = random.Random(f"{SEED}/{stage}")

    def chance(self, probability):
        return self.source.random() < probability

    def below(self, count):
        return int(self.source.random() * count)

    def between(self, low, high):
        return low + self.below(high - low + 1)

    def pick(self, items):
        return items[self.below(len(items))]

    def skewed(self, items):
        """An item of a list that opens with the commonest: weights fall off like those of names."""
        return self.weighted([(item, 1 / (rank + 4)) for rank, item in enumerate(items)])

    def weighted(self, pairs):
        point = self.source.random() * sum(weight for _, weight in pairs)
        for item, weight in pairs:
            point -= weight
            if point < 0:
                return item
        return pairs[-1][0]

    def shuffled(self, items):
        items = list(items)
        for last in range(len(items) - 1, 0, -1):
            other = self.below(last + 1)
            items[last], items[other] = items[other], items[last]
        return items


# --------------------------------------------------------------------------------------------------
# Names, the commonest first. An underscore stands for a space.


def words(text):
    return [word.replace("_", " ") for word in text.split()]


ENGLISH_BOYS = words("""
    Oliver George Noah Jack Harry Leo Oscar Charlie Thomas Jacob William James Alfie Joshua Henry Archie Ethan
    Theo Freddie Arthur Joseph Samuel Alexander Daniel Max Isaac Benjamin Logan Lucas Edward Mason Finley Harrison
    Sebastian Adam Dylan Zachary Riley Teddy Luca Matthew Toby Reuben Jayden Jude Luke Kai Michael Tyler Nathan
    Stephen Christopher Andrew Robert Anthony Aiden Bobby Frankie Jenson Ellis Stanley Connor Callum Louis
    Kayden Jaxon Albert Ronnie Elliott Blake Tommy-Lee Alfie-James Philip Nicholas Jonathan Zac René Kieran""")
ENGLISH_GIRLS = words("""
    Olivia Amelia Isla Ava Emily Sophie Grace Mia Poppy Ella Lily Evie Isabella Freya Charlotte Jessica Daisy
    Florence Alice Sienna Isabelle Phoebe Elsie Sophia Ruby Chloe Matilda Scarlett Lucy Maisie Eleanor Erin
    Elizabeth Harriet Imogen Molly Abigail Amber Megan Holly Jasmine Rebecca Katherine Lola Bethany Millie Summer
    Lacey Zoë Chloé Renée Caitlin Madison Lexi Nicole Victoria Samantha Gabrielle Francesca Lily-Mae Ella-Rose
    Gracie-Mae Amelia-Rose Anne-Marie Lilly-Ann Alexandra Natalie Hollie Rosie Heidi Penelope Margot Eloïse
    Stephanie Danielle Kayleigh""")
ENGLISH_SURNAMES = words("""
    Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans Walker White Roberts
    Green Hall Wood Jackson Clarke Harris Clark Turner Cooper Hill Ward Moore Morris Martin Lewis Harrison Baker
    King Lee Allen Parker Cook Bennett Shaw Carter Phillips Watson Griffiths Richardson Young Mitchell Bailey
    Collins Cox Marshall Webb Foster Mills Palmer Barnes Knight Hughes Rogers Stevens Fisher Holmes Matthews
    Chapman Hunt Gibson Dixon Fletcher Barker Ellis Reynolds Burton Fox Simpson Pearson Lawson Saunders Read
    Atkinson Booth Lowe Gregory Whittaker Armitage Ackroyd Birtwistle Featherstone Hargreaves Crabtree Pickles
    Ogden Sykes Thackray Winterbottom Lightfoot Drinkwater Greenhalgh Ramsbottom Entwistle Bickerstaff""")
MIDDLE_BOYS = words("James William John Thomas David Lee Michael Alexander George Peter Edward Robert Daniel Paul Joseph")
MIDDLE_GIRLS = words("Rose Grace Louise May Elizabeth Jane Marie Mae Ann Anne Jayne Hope Rae Lily Catherine Victoria Sarah")


@dataclass(frozen=True)
class Tradition:
    share: float
    boys: list
    girls: list
    surnames: list
    ethnicity: tuple  # (school census, NHS 2001 category, police 16+1)
    middles: float = 0.0


TRADITIONS = {
    "english": Tradition(46, ENGLISH_BOYS, ENGLISH_GIRLS, ENGLISH_SURNAMES, ("WBRI", "A", "W1"), 0.72),
    "scottish": Tradition(
        4,
        words("Jack Rory Callum Angus Fraser Hamish Finlay Lewis Cameron Duncan Alasdair Euan Ruaridh Murray Ross"),
        words("Isla Eilidh Skye Ailsa Kirsty Mirren Catriona Iona Morag Fiona Aila Orla Rhona Mhairi"),
        words("""Campbell MacDonald Stewart Robertson Murray McKenzie Fraser Ross MacLeod Reid Cameron Graham
            McIntosh Mackay Douglas McGregor Ferguson Sutherland MacIntyre Urquhart Buchanan"""),
        ("WBRI", "A", "W1"), 0.7),
    "welsh": Tradition(
        4,
        words("Dylan Rhys Osian Jac Harri Evan Gethin Owain Iestyn Macsen Tomos Llywelyn Siôn Gruffydd Ifan Steffan"),
        words("Seren Megan Ffion Cerys Carys Mali Nia Siân Alys Lowri Efa Gwen Angharad Bethan Catrin Eleri Eirlys"),
        words("Jones Davies Williams Evans Thomas Morgan Lloyd Price Rees Llewellyn Pritchard Ap_Rhys Bevan Gwynne Pugh"),
        ("WBRI", "A", "W1"), 0.6),
    "irish": Tradition(
        4,
        words("Conor Sean Liam Patrick Cian Oisín Finn Darragh Fionn Eoin Cillian Declan Aidan Ruairí Tadhg Séamus"),
        words("Aoife Niamh Saoirse Ciara Caoimhe Róisín Erin Sinéad Clodagh Gráinne Orla Áine Siobhan Maeve Bridget"),
        words("""Murphy O'Brien Kelly O'Connor Byrne Ryan Walsh O'Neill McCarthy Doyle Gallagher O'Sullivan Doherty
            Kennedy Lynch O'Reilly McDonagh Ward Quinn O'Leary Fitzgerald Connors"""),
        ("WIRI", "B", "W2"), 0.55),
    "south_asian_muslim": Tradition(
        13,
        words("""Muhammad Mohammed Ibrahim Yusuf Zayn Ali Hamza Adam Musa Umar Hassan Hussain Bilal Haris Zakariya
            Abdullah Ismail Ayaan Usman Rayyan Idris Mohammad Hasan Abdul_Rahman Eesa Subhan"""),
        words("""Fatima Aisha Maryam Zainab Khadija Amina Hafsa Safa Zara Inaya Aaliyah Sumayyah Iqra Anaya Ayesha
            Hira Mariam Noor Laiba Nusrat Tahmina Humaira Rukhsana"""),
        words("""Khan Ahmed Hussain Ali Malik Iqbal Akhtar Mahmood Shah Rahman Miah Hussein Mirza Uddin Chowdhury
            Bashir Raja Qureshi Aslam Butt Islam Choudhury Rashid Ahmad Siddique"""),
        ("APKN", "J", "A2"), 0.1),
    "sikh": Tradition(
        4,
        words("Harpreet Arjan Gurpreet Manveer Jasdeep Amrit Simran Harjit Karan Jaspreet Ranveer Gurdeep Jovan Sahib"),
        words("Harpreet Simran Jasleen Gurleen Manpreet Kiranjit Avneet Navneet Jaspreet Amrit Prabhjot Sukhmani"),
        words("Gill Dhillon Sandhu Sidhu Grewal Bains Johal Dosanjh Atwal Purewal Mann Sahota"),
        ("AIND", "H", "A1")),
    "hindu": Tradition(
        4,
        words("Aarav Krish Rohan Dev Arjun Vivaan Aditya Pranav Ishaan Nikhil Yash Dhruv Reyansh Kiran"),
        words("Anaya Diya Priya Aadhya Riya Anika Kavya Isha Saanvi Pooja Meera Nisha Lakshmi Kiran"),
        words("Patel Shah Sharma Kumar Desai Mistry Joshi Gupta Nair Reddy Krishnan Chauhan Parmar Subramaniam Pillai"),
        ("AIND", "H", "A1"), 0.2),
    "polish": Tradition(
        5,
        words("Jakub Szymon Filip Kacper Michał Oskar Mateusz Bartosz Łukasz Wojciech Adrian Dawid Kamil Stanisław Paweł"),
        words("Zuzanna Maja Julia Zofia Lena Hanna Oliwia Wiktoria Małgorzata Natalia Agnieszka Katarzyna Łucja Gabriela"),
        words("""Kowalski Nowak Wiśniewski Wójcik Kamiński Lewandowski Zieliński Szymański Dąbrowski Mazur Jankowski
            Król Pawłowski Wróbel Grabowski Piotrowski"""),
        ("WEEU", "C", "W9"), 0.25),
    "romanian": Tradition(
        3,
        words("Andrei David Matei Luca Ștefan Alexandru Ionuț Gabriel Cristian Răzvan Darius Mihai Vlad Florin"),
        words("Maria Ioana Andreea Sofia Elena Denisa Ștefania Mihaela Bianca Larisa Ana-Maria Alexandra Cătălina"),
        words("Popescu Ionescu Popa Radu Dumitru Stan Constantin Munteanu Ciobanu Rusu Lăcătuș Pătrașcu Țurcanu Moldovan"),
        ("WEEU", "C", "W9"), 0.4),
    "nigerian": Tradition(
        3.5,
        words("David Daniel Emmanuel Samuel Oluwaseun Chidi Ayodele Chukwuemeka Tobiloba Ifeanyi Joshua Olamide Kelechi"),
        words("Esther Grace Chioma Oluwadamilola Ngozi Temitope Blessing Adaeze Favour Ifeoma Deborah Ayomide Folasade"),
        words("""Okafor Adeyemi Okonkwo Adebayo Eze Balogun Ogunleye Nwosu Afolabi Olatunji Chukwu Adeleke Ojo Igwe
            Onyekachi Oyelaran"""),
        ("BAFR", "N", "B2"), 0.7),
    "ghanaian": Tradition(
        1.5,
        words("Kwame Kofi Emmanuel Kwaku Yaw Prince Nana Kojo Samuel Michael"),
        words("Ama Abena Akosua Efua Adwoa Princess Afia Grace Yaa Josephine"),
        words("Mensah Owusu Boateng Asante Osei Appiah Agyemang Opoku Amoako Darko Addo-Mensah"),
        ("BAFR", "N", "B2"), 0.6),
    "somali": Tradition(
        2,
        words("Abdirahman Mohamed Ahmed Abdi Yusuf Hassan Ismail Zakaria Mustafa Bilal Liban Mahad"),
        words("Hodan Amina Ayan Fadumo Hibo Sagal Ifrah Naima Hamdi Ubah Asha Sumaya"),
        words("Mohamed Abdi Ali Hassan Ahmed Warsame Farah Jama Osman Yusuf Abdullahi Omar Nur Hersi"),
        ("BAFR", "N", "B2")),
    "arabic": Tradition(
        2.5,
        words("Omar Yousef Ahmad Karim Mohamad Ziad Hadi Laith Kareem Nabil Tariq Mahmoud"),
        words("Layla Nour Mariam Salma Rania Yasmin Hala Dana Rahaf Jana Lina Sara"),
        words("Al-Hassan Haddad El-Masri Khalil Mansour Al-Khatib Saleh Nasser Ibrahim Aziz Hamdan Al_Jabouri Darwish"),
        ("OOTH", "S", "O9")),
    "chinese": Tradition(
        1.5,
        words("Jia_Hao Wei Zi_Han Jun Ming Hao_Yu Ka_Chun Chun_Hei Yu_Xuan Jian"),
        words("Jia_Hui Mei Xin_Yi Hoi_Ching Yi Ling Wing_Yan Zi_Xuan Xiu_Ying Tsz_Ching"),
        words("Wang Li Chen Zhang Liu Wong Chan Lam Cheung Huang Lau Ng"),
        ("CHNE", "R", "O1")),
    "other": Tradition(  # most of the children who came alone are of these traditions
        0,
        words("Mohammad Ahmad Samuel Nguyen_Van Najib Yonas Filmon Arben Hamid Abdul Tesfay Minh Jamal Karwan"),
        words("Selam Thi_Hoa Helen Parwana Luwam Zahra"),
        words("Ahmadi Tekle Nguyen Stanikzai Haile Hoxha Rahimi Ghebremeskel Tran Amiri Weldu Hama"),
        ("OOTH", "S", "O9")),
}

ENGLISH_MIDDLES = ("english", "scottish", "welsh", "irish")
DAUGHTERS_NAMES = words("Begum Bibi Khatun Akhtar Bano")
CALLED_MUHAMMAD = {"Muhammad", "Mohammed", "Mohammad", "Abdul"}
WESTERN_GIRLS, WESTERN_BOYS = words("Amy Chloe Jessica Grace Tiffany Joyce"), words("Kevin Jason Eric Ryan Daniel Andy")
SIMILAR_TWINS = {
    "F": [("Amelia", "Amelie"), ("Ella", "Ellie"), ("Emily", "Emilia"), ("Lily-Mae", "Lacey-Mae"), ("Mia", "Maya"),
          ("Isla", "Ila"), ("Sophie", "Sophia"), ("Erin", "Eryn")],
    "M": [("Jayden", "Jaden"), ("Alfie", "Archie"), ("Noah", "Nolan"), ("Jake", "Jack"), ("Ethan", "Evan")],
}
SIMILAR_TWINS_MUSLIM = {"F": [("Hafsa", "Hafza"), ("Zara", "Zahra")], "M": [("Hassan", "Hussain"), ("Musa", "Isa")]}

NICKNAMES = dict(pair.split("=") for pair in """
    Oliver=Ollie Thomas=Tom Jacob=Jake William=Billy James=Jamie Joshua=Josh Henry=Harry Joseph=Joe Samuel=Sam
    Alexander=Alex Daniel=Danny Benjamin=Ben Edward=Eddie Zachary=Zac Matthew=Matt Michael=Mike Nathan=Nate
    Stephen=Steve Christopher=Chris Andrew=Andy Robert=Rob Anthony=Tony Nicholas=Nick Jonathan=Jon Philip=Phil
    Archie=Archibald Alfie=Alfred Charlie=Charles Harry=Harrison Max=Maxwell Freddie=Frederick Theo=Theodore
    Elliott=Eli Sebastian=Seb Emily=Em Isabella=Bella Isabelle=Izzy Jessica=Jess Florence=Flo Charlotte=Lottie
    Olivia=Liv Eleanor=Ellie Elizabeth=Beth Harriet=Hattie Abigail=Abi Megan=Meg Rebecca=Becky Katherine=Katie
    Bethany=Beth Victoria=Vicky Samantha=Sam Gabrielle=Gabby Francesca=Fran Alexandra=Alex Natalie=Nat Amelia=Millie
    Matilda=Tilly Penelope=Penny Stephanie=Steph Danielle=Dani Madison=Maddie Evie=Eve Poppy=Pops Molly=Mary
    Margot=Maggie Rosie=Rose Lucy=Lucinda Daisy=Margaret Patrick=Paddy Bridget=Bridie Catriona=Trina Callum=Cal
    Cameron=Cam Duncan=Dunc Alasdair=Ali Llywelyn=Llew Steffan=Steff Angharad=Harri Mohammed=Mo Muhammad=Mo
    Ibrahim=Ibby Zakariya=Zak Khadija=Dija Abdullah=Abdul Aaliyah=Ali Gurpreet=Gurp Harpreet=Harp Jaspreet=Jas
    Manpreet=Mani Simran=Sim Jakub=Kuba Katarzyna=Kasia Małgorzata=Gosia Agnieszka=Aga Zuzanna=Zuzia Wojciech=Wojtek
    Mateusz=Mati Zofia=Zosia Alexandru=Alex Cristian=Cristi Oluwaseun=Seun Oluwadamilola=Dami Temitope=Temi
    Chukwuemeka=Emeka Tobiloba=Tobi Ayodele=Ayo Emmanuel=Emma Abdirahman=Abdi Mohamed=Mo""".split())

SOUND_ALIKE = [group.split("/") for group in """
    Stephen/Steven Katherine/Catherine/Kathryn Aiden/Aidan/Ayden Sean/Shaun/Shawn Isla/Islay Sophie/Sofie
    Sophia/Sofia Zoë/Zoey Megan/Meghan Caitlin/Kaitlyn/Katelyn Jayden/Jaydon/Jaiden Connor/Conor/Conner Callum/Calum
    Finley/Finlay/Findlay Elliott/Elliot Louis/Lewis Isabelle/Isobel/Isabel Hollie/Holly Phoebe/Pheobe Lacey/Lacy
    Niamh/Neve Siobhan/Shivaun Aoife/Eefa Saoirse/Seersha Caoimhe/Keeva Siân/Shan Eilidh/Ailey Rhys/Reece Ruaridh/Rory
    Mhairi/Vari Muhammad/Mohammed/Mohammad/Mohamed Ayesha/Aisha/Aysha Fatima/Fatimah Maryam/Mariam/Miriam Zainab/Zaynab
    Yusuf/Yousef/Yusef Hussain/Hussein/Husain Ahmed/Ahmad Hassan/Hasan Zayn/Zain/Zane Khadija/Khadijah Hamza/Hamzah
    Umar/Omar Usman/Osman Sumayyah/Sumaya Rahman/Rehman Chowdhury/Choudhury/Chaudhry Miah/Mia Siddique/Siddiqui
    Qureshi/Quraishi Mahmood/Mahmud Uddin/Udin Jasleen/Jaslin Gurpreet/Gurprit Dhillon/Dhilon Sidhu/Sidhoo
    Aarav/Arav Priya/Pria Patel/Patal Krishnan/Krishna Jakub/Jacob Wiktoria/Victoria Oliwia/Olivia Filip/Philip
    Zofia/Sofia Matei/Matthew Ștefan/Stefan Okafor/Okafour Adeyemi/Adeyemy Chioma/Choma Kwame/Kwami Mohamed/Mohammed
    Fadumo/Fatuma Abdi/Abdy Warsame/Warsami Youssef/Yusuf Layla/Leila/Lyla Nour/Noor Wong/Wang Cheung/Chung Lau/Low
    Clarke/Clark Davies/Davis Thompson/Thomson Phillips/Philips/Philipps Stevens/Stephens Matthews/Mathews Read/Reid/Reed
    Allen/Allan Bailey/Bayley Griffiths/Griffith Reynolds/Renolds Harris/Haris Whittaker/Whitaker Lowe/Low Moore/More
    Shaw/Shore Pearson/Peirson Simpson/Simson Ackroyd/Akroyd Fisher/Fischer MacDonald/McDonald Stewart/Stuart
    McKenzie/MacKenzie MacLeod/McLeod Mackay/McKay McIntosh/MacIntosh McGregor/MacGregor MacIntyre/McIntyre
    Llewellyn/Llewelyn Pritchard/Prichard Rees/Reece Gwynne/Gwyn Kelly/Kelley Byrne/Burn Gallagher/Gallacher
    Doherty/Docherty Connors/Connor O'Connor/O'Conner O'Neill/O'Neil O'Reilly/O'Riley McDonagh/McDonough
    Fitzgerald/Fitzgerrald Nguyen/Nguyan Kowalski/Kowalsky Nowak/Novak""".split()]

TOWNS = ["Ashmere", "Ashmere", "Northgate", "Tillingford", "Great Marrowby", "Ludbrook Sands", "Oxlow", "Penwhistle"]
STREETS = words("""
    High_Street Station_Road Mill_Lane Church_Street Victoria_Road Albert_Terrace Park_Avenue Chapel_Hill Orchard_Close
    Beech_Grove Canal_Street The_Crescent Moorside Weavers_Row Foundry_Lane Elm_Drive Coronation_Avenue Hawthorn_Way
    St_Mary's_Road Quarry_Bank Lime_Tree_Court Meadow_View Springfield_Road Tanner_Brow""")
SCHOOLS_PRIMARY, SCHOOLS_SECONDARY = range(9001, 9010), range(9401, 9405)

# --------------------------------------------------------------------------------------------------
# Numbers. All pass their own check; all come from ranges that no child's number can come from, as
# far as such ranges are published (see the README).

PUPIL_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
UNIT_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


class Numbers:
    """Hands out numbers, none of them twice."""

    def __init__(self, dice):
        self.dice = dice
        self.given = set()

    def fresh(self, draw):
        while True:
            number = draw()
            if number is not None and number not in self.given:
                self.given.add(number)
                return number

    def nhs(self):
        return self.fresh(self.draw_nhs)

    def draw_nhs(self):
        stem = f"999{self.dice.below(10**6):06}"
        check = -sum(int(digit) * (10 - place) for place, digit in enumerate(stem)) % 11
        return None if check == 10 or set(stem) == {"9"} else f"{stem}{check}"

    def uln(self):
        return self.fresh(self.draw_uln)

    def draw_uln(self):
        stem = f"98765{self.dice.below(10**4):04}"
        rest = sum(int(digit) * (10 - place) for place, digit in enumerate(stem)) % 11
        return f"{stem}{10 - rest}" if rest else None

    def upn(self, establishment, year, temporary=False):
        def draw():
            tail = f"{self.dice.below(1000):03}"
            if temporary:
                tail = tail[:2] + self.dice.pick(PUPIL_LETTERS)
            return with_check_letter(f"001{establishment}{year % 100:02}{tail}")

        return self.fresh(draw)

    def uprn(self):
        return self.fresh(lambda: f"9999{self.dice.below(10**8):08}")

    def postcode(self, area, districts):
        def draw():
            letters = self.dice.pick(UNIT_LETTERS) + self.dice.pick(UNIT_LETTERS)
            return f"{area}{self.dice.between(1, districts)} {self.dice.between(1, 6)}{letters}"

        return self.fresh(draw)


def with_check_letter(stem):
    value = {letter: place for place, letter in enumerate(PUPIL_LETTERS)}
    total = sum(place * value.get(c, int(c) if c.isdigit() else 0) for place, c in enumerate(stem, start=2))
    return PUPIL_LETTERS[total % 23] + stem


# --------------------------------------------------------------------------------------------------
# The children and their families.

POLICE_STATION, COUNCIL_OFFICES = "AM1 1AA", "AM1 1AB"  # used by staff when they have no address
NO_FIXED_ABODE, ADDRESS_NOT_KNOWN = "ZZ99 3VZ", "ZZ99 3WZ"


@dataclass(frozen=True)
class Address:
    postcode: str
    uprn: str
    lines: str
    town: str


@dataclass(eq=False)
class Family:
    number: int
    tradition: str
    father: str
    mother: str
    mother_forename: str
    mother_nhs: str
    grandfather: str
    home: Address
    before: Address | None
    known: bool  # to social care


@dataclass(eq=False)
class Child:
    family: Family
    tradition: str
    sex: str
    dob: date
    forename: str
    surname: str
    middles: list = field(default_factory=list)
    called: str = ""  # the name in daily use, where it is not the first
    former_surname: str = ""
    multiple: str = ""  # "TWIN" or "TRIPLET"
    birth_order: int = 1
    alone: bool = False
    unborn: bool = False
    looked_after: Address | None = None
    nhs: str = ""
    upn: str = ""
    former_upn: str = ""
    uln: str = ""
    id: str = ""

    @property
    def age(self):
        return TODAY.year - self.dob.year - ((TODAY.month, TODAY.day) < (self.dob.month, self.dob.day))

    @property
    def school_year(self):
        """National curriculum year in 2024/25; 0 is reception, -1 nursery."""
        return 2019 - (self.dob.year - (self.dob.month < 9))


def make_children():
    dice = Dice("children")
    numbers = Numbers(dice)
    places = Places(dice, numbers)
    multiples = [2] * TWIN_PAIRS + [3] * TRIPLET_SETS
    children, count = [], 0
    for number in range(SIBLING_FAMILIES):
        family = make_family(dice, numbers, places, number)
        born = multiples[number] if number < len(multiples) else 1
        size = born + dice.weighted([(0, 5), (1, 5)]) if born > 1 else dice.weighted([(2, 62), (3, 27), (4, 11)])
        newborn = number in (3, 9)  # two sets of twins who are days old
        children += make_siblings(dice, family, size, born, newborn)
    while len(children) < CHILDREN - UNACCOMPANIED - UNBORN:
        count += 1
        children += make_siblings(dice, make_family(dice, numbers, places, 1000 + count), 1, 1, False)
    make_namesakes(dice, children)
    children += [unaccompanied(dice, numbers, places, number) for number in range(UNACCOMPANIED)]
    children += [unborn(dice, numbers, places, number) for number in range(UNBORN)]
    for child in children:
        give_numbers(dice, numbers, child)
        if child.family.known and not child.unborn and (child.alone or dice.chance(0.17)):
            child.looked_after = places.placement()
    one, other = [child for child in children if child.alone][:2]
    other.looked_after = one.looked_after
    children = dice.shuffled(children)
    for place, child in enumerate(children, start=1):
        child.id = f"C{place:04}"
    return children


class Places:
    def __init__(self, dice, numbers):
        self.dice, self.numbers = dice, numbers
        numbers.given |= {POLICE_STATION, COUNCIL_OFFICES}
        self.near = [numbers.postcode("AM", 8) for _ in range(420)]
        self.far = [numbers.postcode("HC", 4) for _ in range(60)]
        self.carers = [self.address(self.near) for _ in range(18)] + [self.address(self.far) for _ in range(10)]

    def home(self):
        return self.address(self.near if self.dice.chance(0.95) else self.far)

    def placement(self):
        return self.dice.pick(self.carers)

    def address(self, postcodes):
        postcode = self.dice.pick(postcodes)
        # A unit postcode lies in one street of one town.
        place = sum(map(ord, postcode))
        town = TOWNS[int(postcode[2]) - 1] if postcode.startswith("AM") else "Hatherscombe"
        lines = f"{self.dice.between(1, 120)} {STREETS[place % len(STREETS)]}"
        if self.dice.chance(0.15):
            lines = f"Flat {self.dice.between(1, 24)}, {lines}"
        return Address(postcode, self.numbers.uprn(), lines, town)


def make_family(dice, numbers, places, number):
    tradition = dice.weighted([(name, tradition.share) for name, tradition in TRADITIONS.items()])
    names = TRADITIONS[tradition]
    known = dice.chance(0.2)
    return Family(
        number=number, tradition=tradition,
        father=dice.skewed(names.surnames), mother=dice.skewed(names.surnames),
        mother_forename=dice.skewed(names.girls), mother_nhs=numbers.nhs(),
        grandfather=dice.skewed(names.boys),
        home=places.home(),
        before=places.home() if dice.chance(0.72 if known else 0.5) else None,
        known=known,
    )


def make_siblings(dice, family, size, born, newborn):
    """`size` children, of whom the youngest `born` share a day of birth."""
    first, last = date(2007, 1, 10), TODAY - timedelta(days=4)
    spread = 330 * (size - born) if size > born else 0
    room = 20 if newborn else (last - first).days - spread - 400 * (size - born)
    youngest = last - timedelta(days=dice.below(room))
    days = [youngest] * born
    while len(days) < size:
        days.append(days[-1] - timedelta(days=dice.between(330, 1400)))
    siblings = []
    style = dice.weighted([("father", 70), ("mother", 13), ("double", 9), ("mixed", 8)])
    alike = None
    if born == 2 and dice.chance(0.4):
        table = SIMILAR_TWINS_MUSLIM if family.tradition == "south_asian_muslim" else SIMILAR_TWINS
        if family.tradition in (*ENGLISH_MIDDLES, "south_asian_muslim"):
            alike = dice.pick(["F", "M"]), dice.pick(table["F"]), dice.pick(table["M"])
    for place, dob in enumerate(days):
        sex = dice.pick("MF")
        twin = place < born and born > 1
        if twin and place and dice.chance(0.35):
            sex = siblings[0].sex
        forename = None
        if twin and alike:
            sex = alike[0]
            forename = (alike[1] if sex == "F" else alike[2])[place]
        child = make_child(dice, family, sex, max(dob, first), style, [s.forename for s in siblings], forename)
        if twin:
            child.multiple, child.birth_order = ("TWIN" if born == 2 else "TRIPLET"), place + 1
        siblings.append(child)
    return siblings


def make_child(dice, family, sex, dob, style, taken, forename=None):
    names = TRADITIONS[family.tradition]
    while forename is None or forename in taken:
        forename = dice.skewed(names.boys if sex == "M" else names.girls)
    child = Child(family, family.tradition, sex, dob, forename, family.father)
    middle = MIDDLE_BOYS if sex == "M" else MIDDLE_GIRLS
    if dice.chance(names.middles):
        own = names.boys if sex == "M" else names.girls
        english = family.tradition in ENGLISH_MIDDLES and dice.chance(0.8)
        child.middles = [dice.skewed(middle if english else own)]
        if dice.chance(0.14):
            child.middles.append(dice.pick(middle if english else own))
    name_by_tradition(dice, child, style)
    return child


def name_by_tradition(dice, child, style):
    family = child.family
    if child.tradition == "south_asian_muslim":
        if child.sex == "F" and dice.chance(0.35):
            child.surname = dice.skewed(DAUGHTERS_NAMES)
        if child.forename in CALLED_MUHAMMAD:
            others = [name for name in TRADITIONS[child.tradition].boys if name not in CALLED_MUHAMMAD]
            child.called = dice.skewed(others)
            child.middles = [child.called]
    elif child.tradition == "sikh":
        mark = "Singh" if child.sex == "M" else "Kaur"
        child.middles = [mark]
        if dice.chance(0.3):
            child.surname, child.middles = mark, []
    elif child.tradition == "somali":
        child.middles, child.surname = [family.father], family.grandfather
    elif child.tradition == "polish":
        child.surname = polish(child.surname, child.sex)
    elif child.tradition == "chinese":
        child.called = dice.pick(WESTERN_BOYS if child.sex == "M" else WESTERN_GIRLS) if dice.chance(0.6) else ""
    elif child.tradition in (*ENGLISH_MIDDLES, "nigerian", "ghanaian", "romanian"):
        if style == "mother" or (style == "mixed" and dice.chance(0.5)):
            child.surname = family.mother
        elif style == "double" and family.mother != family.father and "-" not in family.mother + family.father:
            child.surname = f"{family.mother}{'-' if family.number % 4 else ' '}{family.father}"
        elif dice.chance(0.075) and family.mother != family.father:
            child.former_surname = family.mother


def polish(surname, sex):
    return surname[:-1] + "a" if sex == "F" and surname.endswith("ski") else surname


def make_namesakes(dice, children):
    """Different children of one name, born in the same month or even on the same day."""
    singles = [child for child in children if child.family.number >= 1000 and not child.called]
    for place in range(5):
        one, other = singles[place * 2 + 40], singles[place * 2 + 41]
        other.forename, other.surname, other.sex = one.forename, one.surname, one.sex
        other.former_surname, other.tradition, other.family.tradition = "", one.tradition, one.tradition
        other.middles = list(one.middles) if one.tradition in ("sikh", "somali") else []
        other.dob = one.dob if place == 0 else one.dob.replace(day=dice.between(1, 28))


def unaccompanied(dice, numbers, places, number):
    """A child who came alone: given 1 January of a year, and nothing known of the family."""
    family = make_family(dice, numbers, places, 5000 + number)
    family.tradition, family.known, family.before = "other", True, None
    names = TRADITIONS["other"]
    sex = "F" if number == 5 else "M"
    forename = dice.skewed(names.girls if sex == "F" else names.boys)
    year = dice.between(2007, 2010)
    child = Child(family, "other", sex, date(year, 1, 1), forename, dice.skewed(names.surnames), alone=True)
    if number < 2:  # two who share name, given birth date and house
        child.forename, child.surname, child.dob = ("Mohammad", "Ahmad")[number], "Ahmadi", date(2008, 1, 1)
    return child


def unborn(dice, numbers, places, number):
    family = make_family(dice, numbers, places, 6000 + number)
    family.known = True
    if number < 2:  # born since, which only health knows
        dob = TODAY - timedelta(days=dice.between(10, 25))
    else:
        dob = TODAY + timedelta(days=dice.between(20, 120))
    child = make_child(dice, family, dice.pick("MF"), dob, "mother", [])
    child.unborn = True
    return child


def give_numbers(dice, numbers, child):
    if child.dob > TODAY:
        return
    if not (child.alone and dice.chance(0.4)) and dice.chance(0.99):
        child.nhs = numbers.nhs()
    if child.school_year >= -1 and child.dob.year > 2005:
        first = dice.pick(SCHOOLS_PRIMARY)
        arrived = max(2019 - child.school_year + 5 - 2000, 10)
        late = child.alone or dice.chance(0.08)
        if late:
            first, arrived = dice.pick([*SCHOOLS_PRIMARY, *SCHOOLS_SECONDARY]), dice.between(arrived, 24)
        temporary = late and dice.chance(0.25)
        child.upn = numbers.upn(first, arrived, temporary)
        if not temporary and dice.chance(0.04):
            child.former_upn = numbers.upn(dice.pick(SCHOOLS_PRIMARY), arrived, dice.chance(0.4))
    if child.school_year >= 9:
        child.uln = numbers.uln()


# --------------------------------------------------------------------------------------------------
# Who is known where.


def choose_members(children):
    dice = Dice("members")
    health = [c for c in children if c.dob <= TODAY and dice.chance(0.97 if c.age < 2 else 0.55 if c.alone else 0.77)]
    education = [c for c in children if dice.chance(enrolment(c))]
    known = [c for c in children if c.unborn or c.alone or (c.family.known and dice.chance(0.93))]
    others = [c for c in dice.shuffled(children) if not c.family.known]
    social_care = (known + others)[:SOCIAL_CARE] if len(known) < SOCIAL_CARE else known
    at_risk = {c.id for c in social_care if not c.unborn}
    drawn = []
    for child in children:
        likely = (0.3 if child.id in at_risk else 0.055) * (1.5 if child.age >= 12 else 0.8)
        if not child.unborn and dice.chance(likely):
            drawn.append(child)
    police = dice.shuffled(drawn)[:POLICE]
    seen = {c.id for c in [*health, *education, *social_care, *police]}
    health += [c for c in children if c.id not in seen]  # nobody is invented for nothing
    chosen = {"health": health, "education": education, "social_care": social_care, "police": police}
    return {name: sorted(group, key=lambda child: child.id) for name, group in chosen.items()}


def enrolment(child):
    if child.unborn or child.dob > TODAY:
        return 0.0
    year = child.school_year
    if year == -1:
        return 0.55
    if 0 <= year <= 11:
        return 0.7 if child.alone else 0.91
    return 0.5 if year in (12, 13) else 0.0


# --------------------------------------------------------------------------------------------------
# How an agency comes to write something else. Rates are for a field of a record.


@dataclass(frozen=True)
class Habits:
    typo: float
    nickname: float
    sound_alike: float
    names_swapped: float
    middle_kept: float
    called_name: float  # writes the name in daily use in place of the first name
    half_of_double: float
    former_surname: float  # still has the surname from before a change
    accents_kept: float
    date_wrong: float
    date_swapped: float
    sex_wrong: float
    postcode_typo: float
    address_current: float
    untidy: float  # case and spaces


class Agency:
    name = file = ""
    columns = ()
    habits: Habits
    delimiter, encoding, line_end = ",", "utf-8", "\n"

    def __init__(self, children, members):
        self.dice = Dice(self.name)
        self.children = children
        self.members = members[self.name]
        self.family_moved = {}
        self.numbers = Numbers(Dice(f"{self.name}/numbers"))
        self.numbers.given = {child.nhs for child in children} | {child.family.mother_nhs for child in children}

    @classmethod
    def write(cls, folder, records):
        text = io.StringIO(newline="")
        rows = csv.writer(text, delimiter=cls.delimiter, lineterminator=cls.line_end)
        rows.writerow(cls.columns)
        for record in records:
            rows.writerow([record.cells.get(column, "") for column in cls.columns])
        target = folder / cls.name
        target.mkdir(parents=True, exist_ok=True)
        (target / cls.file).write_bytes(text.getvalue().encode(cls.encoding))

    def numbered(self, pairs, first, form):
        """Gives every record its id, in an order that says nothing, and sorts by it."""
        number, records = first, []
        for child, cells in self.dice.shuffled(pairs):
            number += self.dice.between(1, 9)
            if not cells.pop("without id", False):
                cells[self.columns[0]] = form.format(number)
            records.append(Record(child, cells, cells.get(self.columns[0], "")))
        return records

    # Names

    def names(self, child):
        """Forename, middle names and surname as this agency holds them."""
        dice, habits = self.dice, self.habits
        forename, middles, surname = child.forename, list(child.middles), child.surname
        if child.called and dice.chance(habits.called_name):
            forename, middles = child.called, [m for m in middles if m != child.called]
        if child.former_surname and dice.chance(habits.former_surname):
            surname = child.former_surname
        surname = self.surname_by_tradition(child, surname)
        if child.tradition == "sikh":
            middles = [name for name in middles if name != surname]
        if len(parts := surname.replace("-", " ").split()) == 2 and child.tradition != "arabic":
            if parts[0] != "Ap" and dice.chance(habits.half_of_double):
                surname = parts[dice.weighted([(0, 1), (1, 2)])]
        forename = self.misheard(child, forename, nicknames=True)
        surname = self.misheard(child, surname)
        if not dice.chance(habits.middle_kept):
            middles = []
        if dice.chance(habits.names_swapped):
            forename, surname = surname, forename
        return [self.written(forename), self.written(" ".join(middles)), self.written(surname)]

    def surname_by_tradition(self, child, surname):
        dice = self.dice
        slip = self.habits.half_of_double
        if child.tradition == "polish" and child.sex == "F" and surname.endswith("ska") and dice.chance(slip):
            return child.family.father
        if child.tradition == "somali" and dice.chance(slip):
            return child.middles[0]
        if child.tradition == "sikh" and child.middles and dice.chance(slip / 2):
            return child.middles[0]
        return surname

    def misheard(self, child, name, nicknames=False):
        dice, habits = self.dice, self.habits
        # Staff spell the names they know best; error rates in the others are higher.
        factor = 1.0 if child.tradition in ("english", "scottish", "hindu") else 1.7
        if nicknames and name in NICKNAMES and dice.chance(habits.nickname):
            return NICKNAMES[name]
        if dice.chance(habits.sound_alike * factor):
            return self.sound_alike(name)
        if dice.chance(habits.typo * factor):
            return self.typo(name)
        return name

    def sound_alike(self, name):
        for group in SOUND_ALIKE:
            if name in group:
                return self.dice.pick([other for other in group if other != name])
        for old, new in (("ph", "f"), ("ck", "k"), ("ee", "ea"), ("ie", "y"), ("ll", "l"), ("ss", "s"), ("tt", "t"),
                         ("nn", "n"), ("y", "ie"), ("ei", "ie"), ("c", "k"), ("e", "")):
            if old in name[1:]:
                return name[0] + name[1:].replace(old, new, 1)
        return name

    def typo(self, name):
        """One slip of the keyboard after the first letter, now and then in it; rarely a scanner's."""
        dice = self.dice
        place = 0 if dice.chance(0.08) else dice.between(1, max(1, len(name) - 1))
        place = min(place, len(name) - 1)
        kind = dice.weighted([("drop", 30), ("add", 20), ("change", 25), ("turn", 22), ("scan", 3)])
        letter = name[place]
        if kind == "drop" and len(name) > 3:
            return name[:place] + name[place + 1:]
        if kind == "add":
            return name[:place] + letter + name[place:] if place else name + name[-1]
        if kind == "turn" and 0 < place < len(name) - 1:
            return name[:place] + name[place + 1] + letter + name[place + 2:]
        if kind == "scan" and any(c in name for c in "Ool"):
            return name.replace("o", "0", 1).replace("l", "1", 1).replace("O", "0", 1)
        near = NEIGHBOURS.get(letter.lower(), "aeiou")
        new = dice.pick(near)
        return name[:place] + (new.upper() if letter.isupper() else new) + name[place + 1:]

    def written(self, name):
        """Accents, apostrophes, hyphens, case and spaces as this agency happens to type them."""
        dice, habits = self.dice, self.habits
        if not dice.chance(habits.accents_kept):
            name = unaccented(name)
        name = "".join(c if can_encode(c, self.encoding) else unaccented(c) for c in name)
        if ("'" in name or "-" in name) and dice.chance(habits.untidy * 3):
            name = name.replace("'", dice.pick(["", " ", "\u2019" if self.name != "police" else "`"]))
            name = name.replace("-", dice.pick([" ", " - ", ""]))
        if dice.chance(habits.untidy):
            name = dice.pick([name.upper(), name.lower(), f"{name} ", f" {name}", name.upper()])
        return name if name.strip() else ""

    # Date, sex, address

    def birth_date(self, child):
        dice, dob = self.dice, child.dob
        if dice.chance(self.habits.date_swapped):
            try:
                return dob.replace(day=dob.month, month=dob.day)
            except ValueError:
                pass
        if dice.chance(self.habits.date_wrong):
            part = dice.weighted([("day", 5), ("month", 2), ("year", 3)])
            try:
                if part == "day":
                    return dob.replace(day=dice.pick([dob.day + 1, dob.day - 1, (dob.day + 10) % 31 or 1]))
                if part == "month":
                    return dob.replace(month=dob.month % 12 + 1)
                return dob.replace(year=dob.year - 1)
            except ValueError:
                return dob + timedelta(days=3)
        return dob

    def sex(self, child):
        if self.dice.chance(self.habits.sex_wrong):
            return "F" if child.sex == "M" else "M"
        return child.sex

    def address(self, child):
        """The address this agency has: often not the newest; a family moves together, mostly."""
        dice, family = self.dice, child.family
        if family.number not in self.family_moved or dice.chance(0.1):
            self.family_moved[family.number] = dice.chance(self.habits.address_current)
        if child.looked_after and dice.chance(0.65):
            return child.looked_after
        return family.home if self.family_moved[family.number] or not family.before else family.before

    def postcode(self, text):
        dice = self.dice
        if text and not text.startswith("ZZ") and dice.chance(self.habits.postcode_typo):
            place = dice.pick([2, 4, 5, 6])
            near = "0123456789OI" if text[place].isdigit() else UNIT_LETTERS
            text = text[:place] + dice.pick(near) + text[place + 1:]
        if dice.chance(self.habits.untidy):
            text = dice.pick([text.replace(" ", ""), text.lower(), text.replace(" ", "").lower(), f"{text} "])
        return text

    def broken_number(self, number):
        place = self.dice.between(4, 9)
        return number[:place] + str((int(number[place]) + self.dice.between(1, 8)) % 10) + number[place + 1:]


@dataclass
class Record:
    child: Child
    cells: dict
    id: str


OFFICER_IC = {"W": 1, "B": 3, "A": 4, "O": 5}  # what an officer saw, on a scale of six
NEIGHBOURS = dict(pair.split("=") for pair in """
    a=sqz b=vn c=xv d=sf e=wr f=dg g=fh h=gj i=uo j=hk k=jl l=ko m=n n=bm o=ip p=o q=w r=et s=ad t=ry u=yi v=cb w=qe
    x=zc y=tu z=x""".split())
PLAIN = {"ł": "l", "Ł": "L", "’": "'"}


def unaccented(text):
    text = "".join(PLAIN.get(c, c) for c in text)
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def can_encode(character, encoding):
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def day_first(day):
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def spaced(number):
    return f"{number[:3]} {number[3:6]} {number[6:]}"


# --------------------------------------------------------------------------------------------------
# The agencies.


class Health(Agency):
    name, file = "health", "community_health.csv"
    encoding, line_end = "utf-8-sig", "\r\n"
    columns = (
        "LocalPatientID", "OrgID_LocalPatientID", "NHSNumber", "NHSNumber_Status", "FamilyName", "GivenName",
        "OtherGivenNames", "DateOfBirth", "Postcode", "Gender", "EthnicCategory", "NHSNumber_Mother",
        "GPPracticeCode", "ReferralReason", "FirstContactDate", "Contacts", "LookedAfter",
    )
    habits = Habits(
        typo=0.016, nickname=0.012, sound_alike=0.012, names_swapped=0.004, middle_kept=0.6, called_name=0.1,
        half_of_double=0.2, former_surname=0.65, accents_kept=0.6, date_wrong=0.004, date_swapped=0.002,
        sex_wrong=0.002, postcode_typo=0.012, address_current=0.68, untidy=0.025)

    def records(self):
        pairs = [(child, self.cells(child)) for child in self.members]
        babies = [child for child, cells in pairs if cells["GivenName"] in ("BABY", "") and not child.multiple]
        grown = self.dice.shuffled([child for child, _ in pairs if child.age >= 1 and child.nhs])[:12]
        pairs += [(child, self.second(child, place)) for place, child in enumerate(grown)]
        pairs += [(child, self.cells(child, named=True)) for child in babies[:3]]
        return self.numbered(pairs, 400120, "{}")

    def cells(self, child, named=False):
        dice = self.dice
        forename, middles, surname = self.names(child)
        young = (TODAY - child.dob).days < 42
        if not named and (young and child.multiple or child.age < 1 and dice.chance(0.17)):
            forename, middles, surname = self.unnamed(child)
        address = self.address(child)
        postcode = self.postcode(address.postcode)
        if dice.chance(0.004):
            postcode = NO_FIXED_ABODE
        elif dice.chance(0.006):
            postcode = dice.pick([ADDRESS_NOT_KNOWN, ""])
        number, status = child.nhs, "01"
        if number and dice.chance(0.06):
            status = "02"
        if not number or dice.chance(0.025):
            number, status = "", dice.pick(["08", "07"]) if young else dice.pick(["03", "04", "07"])
        elif dice.chance(0.006):
            number, status = self.broken_number(number), "05"
        elif dice.chance(0.01):
            number = spaced(number)
        sex = dice.weighted([({"M": "1", "F": "2"}[self.sex(child)], 99), ("X", 0.6), ("9", 0.4)])
        dob = self.birth_date(child)
        first = min(max(child.dob + timedelta(days=10), date(2021, 1, 4)), TODAY)
        first += timedelta(days=dice.below(max(1, (TODAY - first).days)))
        return {
            "OrgID_LocalPatientID": "ZZ9", "NHSNumber": number, "NHSNumber_Status": status,
            "FamilyName": surname, "GivenName": forename, "OtherGivenNames": middles,
            "DateOfBirth": "1900-01-01" if dice.chance(0.003) else dob.isoformat(),
            "Postcode": postcode, "Gender": sex,
            "EthnicCategory": dice.weighted([(TRADITIONS[child.tradition].ethnicity[1], 92), ("Z", 5), ("", 3)]),
            "NHSNumber_Mother": child.family.mother_nhs if child.age < 3 and dice.chance(0.8) else "",
            "GPPracticeCode": f"ZZ9{sum(map(ord, child.family.home.postcode)) % 14:03}",
            "ReferralReason": dice.skewed(["health visiting", "school nursing", "speech and language", "continence",
                                           "occupational therapy", "physiotherapy", "child protection medical"]),
            "FirstContactDate": first.isoformat(), "Contacts": str(dice.skewed(list(range(1, 25)))),
            "LookedAfter": "Y" if child.looked_after and dice.chance(0.8) else "N",
        }

    def unnamed(self, child):
        mother = polish(child.family.mother, "F") if child.tradition == "polish" else child.family.mother
        if child.tradition in ("south_asian_muslim", "somali"):
            mother = child.surname
        if child.multiple:
            return f"{child.multiple} {child.birth_order}", "", self.written(mother)
        form = self.dice.weighted([("BABY", 4), (f"BABY OF {child.family.mother_forename.upper()}", 3), ("", 2)])
        return unaccented(form), "", self.written(mother)

    def second(self, child, place):
        """The same patient registered again."""
        cells = self.cells(child)
        if place == 0:  # two valid numbers for one child: one of them is wrong
            cells["NHSNumber"], cells["NHSNumber_Status"] = self.numbers.nhs(), "02"
        elif place < 6:
            cells["NHSNumber"], cells["NHSNumber_Status"] = "", "04"
        else:
            cells["NHSNumber"], cells["NHSNumber_Status"] = child.nhs, "01"
        return cells


class Education(Agency):
    name, file = "education", "pupil_on_roll.csv"
    columns = (
        "pupilonrolltableid", "NativeId", "schoolcensustableid", "upn", "formerupn", "uniquelearnernumber", "surname",
        "forename", "middlenames", "preferredsurname", "formersurname", "dob", "sex", "ethnicity", "entrydate",
        "enrolstatus", "ncyearactual", "senprovision", "sessionspossible", "sessionsmissed",
        "uniquepropertyreferencenumber", "addressline1", "town", "postcode",
    )
    habits = Habits(
        typo=0.008, nickname=0.006, sound_alike=0.006, names_swapped=0.002, middle_kept=0.85, called_name=0.05,
        half_of_double=0.06, former_surname=0.3, accents_kept=0.65, date_wrong=0.003, date_swapped=0.001,
        sex_wrong=0.001, postcode_typo=0.006, address_current=0.84, untidy=0.015)

    def records(self):
        pairs = [(child, self.cells(child)) for child in self.members]
        dual = self.dice.shuffled([child for child in self.members if 3 <= child.school_year <= 11])[:11]
        for child, cells in pairs:
            if child in dual:
                cells["enrolstatus"] = "M"
        pairs += [(child, self.elsewhere(child, place)) for place, child in enumerate(dual)]
        return self.numbered(pairs, 2210040, "{}")

    def cells(self, child):
        dice = self.dice
        forename, middles, surname = self.names(child)
        address = self.address(child)
        year = child.school_year
        schools = SCHOOLS_PRIMARY if year < 7 else SCHOOLS_SECONDARY
        school = schools[sum(map(ord, child.family.home.postcode)) % len(schools)]
        began = date(2024 - dice.below(max(1, min(year + 1, 6))), 9, dice.between(2, 6))
        if dice.chance(0.12):
            began = date(2024 if year < 1 else 2023, dice.between(9, 12), dice.between(1, 28))
        preferred, former = "", ""
        if child.former_surname and dice.chance(0.4):
            former = self.written(child.former_surname)
        if "-" in surname and dice.chance(0.2):
            preferred = surname.split("-")[1]
        possible = dice.between(330, 362) if year >= 0 else 0
        missed = possible * dice.skewed([2, 4, 0, 7, 10, 18, 30, 45]) * dice.between(70, 130) // 10_000
        upn = child.upn if dice.chance(0.992) else ""
        return {
            "NativeId": str(dice.between(1, 99999)), "schoolcensustableid": str(school),
            "upn": upn.lower() if dice.chance(0.004) else upn,
            "formerupn": child.former_upn if dice.chance(0.7) else "",
            "uniquelearnernumber": child.uln if dice.chance(0.9) else "",
            "surname": surname, "forename": forename, "middlenames": middles,
            "preferredsurname": preferred, "formersurname": former,
            "dob": census_date(self.birth_date(child)),
            "sex": self.sex(child),
            "ethnicity": dice.weighted([(TRADITIONS[child.tradition].ethnicity[0], 95), ("NOBT", 3), ("REFU", 2)]),
            "entrydate": census_date(began), "enrolstatus": "C",
            "ncyearactual": "N2" if year == -1 else "R" if year == 0 else str(year),
            "senprovision": dice.weighted([("N", 81), ("K", 14), ("E", 5)]),
            "sessionspossible": str(possible), "sessionsmissed": str(missed),
            "uniquepropertyreferencenumber": address.uprn if dice.chance(0.8) else "",
            "addressline1": address.lines, "town": address.town,
            "postcode": "" if dice.chance(0.004) else self.postcode(address.postcode),
        }

    def elsewhere(self, child, place):
        """The same pupil on the roll of a second school."""
        cells = self.cells(child)
        cells["enrolstatus"] = "S"
        cells["schoolcensustableid"] = "9901"  # a pupil referral unit
        if place in (2, 7):
            cells["upn"] = self.numbers.upn(9901, 24, temporary=True)
        return cells


def census_date(day):
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    return f"{day.year}-{months[day.month - 1]}-{day.day:02} 00:00:00"


class SocialCare(Agency):
    name, file = "social_care", "children_known.csv"
    encoding, line_end = "cp1252", "\r\n"
    columns = (
        "child_id", "nhs_number", "upn", "former_upn", "forename", "middle_names", "surname", "other_forename",
        "other_surname", "dob", "expected_dob", "gender", "ethnicity", "uprn", "home_address", "home_postcode",
        "placement_postcode", "previous_postcode", "uasc", "disabled", "primary_need", "referral_source",
        "referral_date", "closure_date", "legal_status", "protection_plans", "case_worker",
    )
    habits = Habits(
        typo=0.028, nickname=0.035, sound_alike=0.025, names_swapped=0.01, middle_kept=0.4, called_name=0.25,
        half_of_double=0.28, former_surname=0.6, accents_kept=0.6, date_wrong=0.014, date_swapped=0.006,
        sex_wrong=0.006, postcode_typo=0.02, address_current=0.8, untidy=0.07)

    def records(self):
        pairs = [(child, self.cells(child)) for child in self.members]
        self.wrong_numbers(pairs)
        again = self.dice.shuffled([child for child in self.members if not child.unborn])[:4]
        pairs += [(child, self.cells(child)) for child in again]
        return self.numbered(pairs, 61030, "{}")

    def cells(self, child):
        dice = self.dice
        forename, middles, surname = self.names(child)
        dob, expected = day_first(self.birth_date(child)), ""
        referred = max(child.dob, date(2019, 4, 1))
        referred += timedelta(days=dice.below(max(1, (TODAY - referred).days)))
        if child.unborn:
            forename, middles = dice.pick(["UNBORN", "Unborn baby", "UNBORN"]), ""
            surname = self.written(child.family.mother)
            off = dice.between(-12, 12) if child.dob < TODAY else 0
            dob, expected = "", day_first(child.dob + timedelta(days=off))
            referred = date(2025, dice.between(2, 6), dice.between(1, 28))
        elif dice.chance(0.012):
            dob = ""
        elif dice.chance(0.06):
            dob = f"{dob[6:]}-{dob[3:5]}-{dob[:2]}"  # cases brought over from the system before
        closed = referred + timedelta(days=dice.between(30, 500)) if dice.chance(0.6) else None
        home = child.family.home if child.alone else self.address_at_home(child)
        home_postcode = self.home_postcode(child, home)
        return {
            "nhs_number": self.nhs_number(child), "upn": self.upn(child),
            "former_upn": child.former_upn if dice.chance(0.5) else "",
            "forename": forename, "middle_names": middles, "surname": surname,
            **self.other_names(child, forename, surname),
            "dob": dob, "expected_dob": expected, "gender": self.gender(child, referred),
            "ethnicity": dice.weighted([(TRADITIONS[child.tradition].ethnicity[0], 90), ("NOBT", 7), ("", 3)]),
            "uprn": home.uprn if home_postcode and not child.alone and dice.chance(0.45) else "",
            "home_address": f"{home.lines}, {home.town}" if home_postcode and not child.alone else "",
            "home_postcode": home_postcode,
            "placement_postcode": self.postcode(child.looked_after.postcode) if child.looked_after else "",
            "previous_postcode": self.previous_postcode(child, home),
            "uasc": "Y" if child.alone else "N",
            "disabled": "Y" if dice.chance(0.12) else "N",
            "primary_need": "N5" if child.alone else dice.weighted(
                [("N1", 55), ("N4", 15), ("N5", 10), ("N2", 8), ("N6", 4), ("N3", 3), ("N8", 1), ("N0", 4)]),
            "referral_source": dice.weighted(
                [("5B", 30), ("2A", 24), ("3A", 16), ("1A", 9), ("4", 3), ("6", 8), ("10", 2)]),
            "referral_date": day_first(referred),
            "closure_date": day_first(closed) if closed and closed < TODAY and not child.looked_after else "",
            "legal_status": dice.weighted([("C2", 45), ("V2", 35), ("C1", 20)]) if child.looked_after else "",
            "protection_plans": str(dice.weighted([(0, 74), (1, 20), (2, 6)])),
            "case_worker": dice.pick(["T Ashworth", "R. Nkemelu", "J O'Hara", "M Sobczak", "P. Kaur", "D Fenwick"]),
        }

    def address_at_home(self, child):
        family = child.family
        current = self.family_moved.setdefault(family.number, self.dice.chance(self.habits.address_current))
        return family.home if current or not family.before else family.before

    def home_postcode(self, child, home):
        dice = self.dice
        if child.alone:
            return dice.pick([ADDRESS_NOT_KNOWN, "", NO_FIXED_ABODE])
        return dice.weighted(
            [(self.postcode(home.postcode), 93), (NO_FIXED_ABODE, 1.5), (COUNCIL_OFFICES, 1.5), ("", 4)])

    def previous_postcode(self, child, home):
        before = child.family.before
        if before and before != home and self.dice.chance(0.6):
            return self.postcode(before.postcode)
        return ""

    def other_names(self, child, forename, surname):
        dice = self.dice
        other_forename = other_surname = ""
        if child.called and child.called != forename and dice.chance(0.4):
            other_forename = child.called
        elif child.forename in NICKNAMES and not child.unborn and dice.chance(0.1):
            other_forename = NICKNAMES[child.forename]
        if child.former_surname and dice.chance(0.55):
            other_surname = child.former_surname if surname != child.former_surname else child.surname
        elif not child.unborn and child.surname != child.family.mother and dice.chance(0.06):
            other_surname = child.family.mother
        return {"other_forename": self.written(other_forename), "other_surname": self.written(other_surname)}

    def nhs_number(self, child):
        dice = self.dice
        if child.unborn or not child.nhs or not dice.chance(0.63):
            return ""
        if dice.chance(0.02):
            return self.broken_number(child.nhs)
        return spaced(child.nhs) if dice.chance(0.4) else child.nhs

    def upn(self, child):
        dice = self.dice
        if child.unborn or child.school_year < -1:
            return dice.weighted([("UN1", 75), ("", 25)])
        if child.alone:
            return dice.weighted([("UN3", 5), ("UN4", 2), (child.upn, 3)])
        if dice.chance(0.68):
            upn = child.upn
            if child.former_upn and dice.chance(0.4):
                upn = child.former_upn
            if dice.chance(0.015):
                upn = upn[:6] + upn[7] + upn[6] + upn[8:]
            return upn.lower() if dice.chance(0.03) else upn
        return dice.weighted([("", 60), ("UN2", 10), ("UN3", 5), ("UN4", 10), ("UN5", 10)])

    def gender(self, child, referred):
        """Numbers until the change of codes in spring 2025, and letters since, in one column."""
        if child.unborn:
            sex = "U"
        else:
            sex = self.dice.weighted([(self.sex(child), 98), ("U", 2)])
        if referred >= date(2024, 10, 1):
            return sex
        return {"M": "1", "F": "2", "U": self.dice.pick("09")}[sex]

    def wrong_numbers(self, pairs):
        """Two numbers that are valid and not the child's: a twin's, and nobody's. One is past repair."""
        multiples = [(child, cells) for child, cells in pairs if child.multiple and child.nhs]
        child, cells = multiples[0]
        cells["nhs_number"] = next(
            c.nhs for c in self.children if c.family is child.family and c.multiple and c is not child and c.nhs)
        child, cells = next((c, x) for c, x in pairs if not c.multiple and x["nhs_number"] and c.age > 6)
        cells["nhs_number"] = self.numbers.nhs()
        _, cells = next((c, x) for c, x in reversed(pairs) if len(x["nhs_number"]) == 10)
        cells["nhs_number"] = "9.99E+09"  # what a spreadsheet makes of it


class Police(Agency):
    name, file = "police", "nominals.csv"
    delimiter, line_end = ";", "\r\n"
    columns = (
        "nominal_ref", "forename1", "forename2", "forename3", "surname", "alias_forename", "alias_surname", "dob",
        "dob_estimated", "sex", "ethnicity", "officer_ic", "address", "postcode", "role", "incident_ref",
        "incident_date", "incident_type", "notes",
    )
    habits = Habits(
        typo=0.05, nickname=0.12, sound_alike=0.05, names_swapped=0.025, middle_kept=0.35, called_name=0.45,
        half_of_double=0.4, former_surname=0.5, accents_kept=0.0, date_wrong=0.03, date_swapped=0.015,
        sex_wrong=0.012, postcode_typo=0.03, address_current=0.62, untidy=0.05)
    notes = [
        "", "", "", "", "", "", "Seen and spoken to; no visible injury", "Reported missing; back at home by 23:40",
        'Said it was "only a game"', "Information shared with children's social care", "Parent present throughout",
        "Family live at same address;\nno further action", "Refused to give details; identified by school",
    ]

    def records(self):
        dice = self.dice
        pairs = [(child, self.cells(child)) for child in self.members]
        again = dice.shuffled(self.members)[:20]
        pairs += [(child, self.cells(child)) for child in again + again[:6]]
        for child in dice.shuffled(self.members)[:2]:  # two rows that cannot be used: no reference
            pairs.append((child, self.cells(child) | {"without id": True}))
        return self.numbered(pairs, 50210, "N{:07}")

    def cells(self, child):
        dice = self.dice
        forename, middles, surname = self.names(child)
        others = middles.split() + ["", ""]
        happened = min(max(child.dob + timedelta(days=30), date(2021, 2, 1)), TODAY)
        happened += timedelta(days=dice.below(max(1, (TODAY - happened).days)))
        dob, estimated = day_first(self.birth_date(child)), "N"
        if dice.chance(0.03) or (child.alone and dice.chance(0.5)):
            dob, estimated = f"01/01/{child.dob.year + dice.between(-1, 1)}", "Y"
        elif dice.chance(0.025):
            dob = dice.pick(["", "01/01/1900", ""])
        address = self.address(child)
        postcode = dice.weighted([
            (self.postcode(address.postcode), 83), ("", 9), (POLICE_STATION, 3), ("NFA", 3), (NO_FIXED_ABODE, 1),
            ("AM", 2)])
        if dice.chance(0.04):
            forename = dice.pick(["NOT GIVEN", "NOT GIVEN", "UNKNOWN"])
        age, ethnicity = (happened - child.dob).days // 365, TRADITIONS[child.tradition].ethnicity[2]
        return {
            "forename1": forename, "forename2": others[0], "forename3": others[1],
            "surname": surname.upper(), **self.alias(child, forename, surname),
            "dob": dob, "dob_estimated": estimated,
            "sex": dice.weighted([(self.sex(child), 96), ("U", 3.5), ("X", 0.5)]),
            "ethnicity": dice.weighted([(ethnicity, 75), ("NS", 25)]),
            "officer_ic": dice.weighted([(f"IC{OFFICER_IC[ethnicity[0]]}", 3), ("", 2)]),
            "address": f"{address.lines}, {address.town}" if postcode else "",
            "postcode": postcode,
            "role": dice.weighted(
                [("victim", 38), ("witness", 16), ("child at incident", 40), ("suspect", 18 if age >= 10 else 0)]),
            "incident_ref": f"AM{happened:%y}/{dice.below(10**6):06}", "incident_date": day_first(happened),
            "incident_type": dice.skewed(["domestic abuse", "missing person", "assault", "anti-social behaviour",
                                          "criminal damage", "neglect", "theft", "online harm", "road collision"]),
            "notes": dice.pick(self.notes),
        }

    def alias(self, child, forename, surname):
        dice, alias_forename, alias_surname = self.dice, "", ""
        if dice.chance(0.2):
            alias_forename = next((n for n in (child.called, NICKNAMES.get(child.forename, ""), child.forename)
                                   if n and unaccented(n).lower() != forename.strip().lower()), "")
        if child.former_surname and dice.chance(0.35):
            alias_surname = child.former_surname
        elif dice.chance(0.06) and child.family.mother != child.surname:
            alias_surname = child.family.mother
        return {"alias_forename": unaccented(alias_forename), "alias_surname": unaccented(alias_surname).upper()}


# --------------------------------------------------------------------------------------------------
# The truth.


def write_truth(folder, records):
    records = sorted((r for r in records if r[1].id), key=lambda pair: (pair[0], pair[1].id))
    number_columns = ("NHSNumber", "nhs_number")
    table(folder / "truth.csv", ["agency", "record_id", "entity_id"],
          [(agency, record.id, record.child.id) for agency, record in records])
    table(folder / "truth_detail.csv", ["agency", "record_id", "tradition", "twin", "nhs_number_present"], [
        (agency, record.id, record.child.tradition, int(bool(record.child.multiple)),
         int(any(record.cells.get(column) for column in number_columns)))
        for agency, record in records])


def table(path, header, rows):
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    path.write_bytes(text.getvalue().encode())


if __name__ == "__main__":
    main()
