"""OpenLinkToken: its five tokens of each row, hashed with a secret.

usage: openlinktoken_tokens.py CSV OUT

Tokens are not encrypted after hashing, which the project does for a recipient and which would cost
more: sealink's counterpart of that is `--seal-to`, left out too.
"""

import csv
import logging
import sys

from openlinktoken.tokens.token_definition import TokenDefinition
from openlinktoken.tokens.token_generator import TokenGenerator
from openlinktoken.tokens.tokenizer.sha256_tokenizer import SHA256Tokenizer
from openlinktoken.tokentransformer.hash_token_transformer import HashTokenTransformer

logging.disable()
FIELDS = {
    "FirstName": "forename",
    "LastName": "surname",
    "Sex": "sex",
    "BirthDate": "birth_date",
    "PostalCode": "zip",
    "SocialSecurityNumber": "ssn",
}
source, out = sys.argv[1:]
tokenizer = SHA256Tokenizer([HashTokenTransformer("only a benchmark's secret")])
generator = TokenGenerator(TokenDefinition(), tokenizer)
with open(source, newline="", encoding="utf-8") as rows, open(out, "w", newline="") as tokens:
    writer = csv.writer(tokens)
    for row in csv.DictReader(rows):
        person = {field: row[column] for field, column in FIELDS.items()}
        made = generator.get_all_tokens_via_field_id(person).tokens
        writer.writerows((row["record_id"], rule, token) for rule, token in made.items())
