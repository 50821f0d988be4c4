"""What is measured, a module each: NAME and measure(setting, agencies)."""

from sections import extract, five, join, link, pseudonymise, scale, startup

SECTIONS = {
    section.NAME: section for section in (pseudonymise, five, link, join, extract, startup, scale)
}
# Those that work on the made-up agencies of the usual size.
ON_AGENCIES = ("pseudonymise", "five", "link", "extract")
