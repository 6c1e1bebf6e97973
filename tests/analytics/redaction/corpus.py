"""A seeded corpus: sentences of calls in four languages with known personal data, and ones that only look like it.

Every value is made up here; check digits are computed by the standards, not by the code under test.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

LANGUAGES = ("en", "de", "es", "fr")
NAMES = ("Jane Doe", "Karl-Heinz Müller", "Lucía García", "Zoé Lefèvre", "Okonkwo")
_WORDS = {
    "en": "zero one two three four five six seven eight nine".split(),
    "de": "null eins zwei drei vier fünf sechs sieben acht neun".split(),
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve".split(),
    "fr": "zéro un deux trois quatre cinq six sept huit neuf".split(),
}
_AT_AND_DOT = {"en": ("at", "dot"), "de": ("at", "Punkt"), "es": ("arroba", "punto"), "fr": ("arobase", "point")}
_FRAMES = {
    "en": ("yes it's {}", "{}", "you can use {} please", "so that is {}, okay?", "I said {} twice already"),
    "de": ("ja das ist {}", "{}", "nehmen Sie bitte {}", "also {}, passt das?", "ich sagte doch schon {}"),
    "es": ("sí es {}", "{}", "puede usar {} por favor", "entonces {}, ¿vale?", "ya le dije {} dos veces"),
    "fr": ("oui c'est {}", "{}", "prenez {} s'il vous plaît", "donc {}, d'accord ?", "j'ai déjà dit {} deux fois"),
}
_INNOCENT = {
    "en": (
        "my order number is {8}", "order {3}-{7}-{7}", "invoice {4}-{6} from 2026-{m}-{d}", "on {m}/{d}/2026 at 10:30",
        "it costs $1,{3}.{2} in total", "one two three testing", "room {3} for {1} people", "that was nineteen eighty four",
        "visit us at example dot com", "look at twenty twenty six", "article {12}", "version {1}.{2}.{3}", "zip code {5}",
        "tracking number {12}", "the amount is 12{3}.{2} USD", "case {8} please", "192.168.{1}{1}.{2}",
        "between five and seven or at eight", "flight LH{4} gate {2}", "call me at ten forty five", "{2} % of {6}",
    ),
    "de": (
        "meine Bestellnummer ist {8}", "Auftrag {3}-{7}", "Rechnung {4}/{6} vom {d}.{m}.2026", "am {d}.{m}.2026 um 14:30 Uhr",
        "das macht 1.{3},{2} Euro", "eins zwei drei", "Zimmer {3} für {1} Personen", "neunzehnhundertvierundachtzig",
        "Vorgangsnummer {10}", "Kundennummer {8}", "Postleitzahl {5}", "Sendungsnummer {12}", "{2} Prozent von {6}",
        "zwischen fünf und sieben oder um acht", "Version {1}.{2}.{3}", "Zählerstand {6}", "um zehn Uhr fünfundvierzig",
    ),
    "es": (
        "mi número de pedido es {9}", "factura {4}-{6} del {d}/{m}/2026", "el {d}/{m}/2026 a las 10:30",
        "cuesta 1.{3},{2} euros", "uno dos tres", "habitación {3} para {1} personas", "código postal {5}",
        "número de seguimiento {12}", "expediente {9}", "entre las cinco y las siete", "{2} por ciento de {6}",
        "referencia {9}", "dos o tres o cuatro días",
    ),
    "fr": (
        "mon numéro de commande est {10}", "facture {4}-{6} du {d}/{m}/2026", "le {d}.{m}.2026 à 10h30",
        "ça coûte 1 {3},{2} euros", "un deux trois", "chambre {3} pour {1} personnes", "code postal {5}",
        "numéro de suivi {12}", "dossier {9}", "entre cinq et sept heures", "{2} pour cent de {6}", "quatre-vingt-dix-neuf",
        "mille neuf cent quatre-vingt-dix-neuf",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Sentence:
    """A text, and the piece of it that has to go (None: nothing has) as which kind."""

    language: str
    text: str
    kind: str | None = None
    secret: str | None = None


def corpus(per_kind: int, seed: int = 7) -> list[Sentence]:
    """`per_kind` sentences of each kind and language, and twice as many without personal data."""
    chance = random.Random(seed)
    found = []
    for language in LANGUAGES:
        for kind, maker in MAKERS.items():
            for _ in range(per_kind):
                secret = maker(chance, language)
                text = chance.choice(_FRAMES[language]).format(secret)
                found.append(Sentence(language, text, kind.partition(" ")[0], secret))
        found += [Sentence(language, _innocent(chance, language)) for _ in range(2 * per_kind)]
    return found


def _innocent(chance: random.Random, language: str) -> str:
    text = chance.choice(_INNOCENT[language])
    for length in range(13):
        while f"{{{length}}}" in text:
            text = text.replace(f"{{{length}}}", _digits(chance, length), 1)
    return text.replace("{m}", f"{chance.randint(1, 12):02}").replace("{d}", f"{chance.randint(1, 28):02}")


def _digits(chance: random.Random, length: int) -> str:
    return "".join(chance.choices("0123456789", k=length))


def _card(chance: random.Random, _: str) -> str:
    prefix, length, groups = chance.choice(
        [
            ("4", 16, (4, 4, 4, 4)),
            ("51", 16, (4, 4, 4, 4)),
            ("37", 15, (4, 6, 5)),
            ("6011", 16, (4, 4, 4, 4)),
            ("36", 14, (4, 6, 4)),
        ]
    )
    body = prefix + _digits(chance, length - len(prefix) - 1)
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(body))]
    check = -sum(value - 9 if value > 9 else value for value in doubled) % 10
    return _grouped(f"{body}{check}", groups, chance.choice(["", " ", "-", " - "]))


def _grouped(text: str, groups: tuple[int, ...], separator: str) -> str:
    parts, at = [], 0
    for length in groups:
        parts.append(text[at : at + length])
        at += length
    return separator.join([*parts, text[at:]] if text[at:] else parts)


def _iban(chance: random.Random, _: str) -> str:
    country = chance.choice(["DE", "ES", "GB", "FR", "NL"])
    bban = {
        "DE": _digits(chance, 18), "ES": _spanish_account(chance), "GB": f"NWBK{_digits(chance, 14)}",
        "FR": _digits(chance, 23), "NL": f"ABNA{_digits(chance, 10)}",
    }[country]  # fmt: skip
    number = "".join(str(int(letter, 36)) for letter in f"{bban}{country}00")
    compact = f"{country}{98 - int(number) % 97:02}{bban}"
    return chance.choice([compact, compact.lower(), _grouped(compact, (4,) * (len(compact) // 4), " ")])


def _spanish_account(chance: random.Random) -> str:
    bank, account = _digits(chance, 8), _digits(chance, 10)

    def check(digits: str) -> str:
        rest = 11 - sum(int(digit) * 2**place for place, digit in enumerate(digits)) % 11
        return {10: "1", 11: "0"}.get(rest, str(rest))

    return bank + check(f"00{bank}") + check(account) + account


def _phone(chance: random.Random, language: str) -> str:
    three, four, six = (_digits(chance, length) for length in (3, 4, 6))
    return chance.choice(
        {
            "en": [f"(212) 555-{four}", f"+1 415 555 {four}", f"212-736-{four}", f"020 7946 {four}", f"+44 7911 {six}", f"0207 946 {four}"],
            "de": [f"0151 {six}12", f"+49 151 {six}34", f"030/{six}5", f"089-{six}", f"0049 30 {six}7", f"+49 (0)30 {six}8"],
            "es": [f"612 {three} {three}", f"+34 91 {three} {four}", f"915 {three[:2]} {four[:2]} {four[2:]}", f"0034 612 {six}"],
            "fr": [f"06 12 {three[:2]} {four[:2]} {four[2:]}", f"+33 6 12 {four} 42", f"01.42.{six[:2]}.{six[2:4]}.{six[4:]}", f"0612{six}"],
        }[language]
    )  # fmt: skip


def _hard_phone(chance: random.Random, language: str) -> str:
    """Without a country code, in pairs, in one piece, or with the words around it as the only hint."""
    eight = _digits(chance, 8)
    pairs = " ".join(eight[at : at + 2] for at in range(0, 8, 2))
    return chance.choice(
        {
            "en": [f"212736{eight[:4]}", f"+1 (415) 5 5 5 {eight[:4]}", f"555-{eight[:4]}", f"1 212 736 {eight[:4]}"],
            "de": [f"01 51 {pairs}", f"0 30 {eight[:3]} {eight[3:6]}", f"(0151) {eight}", f"0171 / {pairs[:-1]}"],
            "es": [f"612{eight[:6]}", f"6 12 {pairs[:8]}", f"91 {eight[:3]} {eight[3:5]} {eight[5:7]}", f"+34-612-{eight[:6]}"],
            "fr": [f"6 12 {pairs}", f"06-12-{eight[:2]}-{eight[2:4]}-{eight[4:6]}", f"+33612{eight[:6]}", f"+33 (0)6 12 {pairs[:8]}"],
        }[language]
    )  # fmt: skip


def _noisy_digits(chance: random.Random, language: str) -> str:
    """As recognisers write them: hesitations, figures in between, doubles."""
    hesitation = {"en": "uh", "de": "ähm", "es": "eh", "fr": "euh"}[language]
    double = {"en": "double", "de": "doppel", "es": "doble", "fr": "double"}[language]
    words = [_WORDS[language][int(digit)] for digit in _digits(chance, chance.randint(5, 12))]
    words.insert(chance.randint(1, 4), hesitation)
    words[-1] = chance.choice([f"{double} {words[-1]}", _digits(chance, 1), words[-1]])
    return chance.choice([" ", ", "]).join(words)


def _noisy_card(chance: random.Random, language: str) -> str:
    """Digit by digit, or with white space that is none of the keyboard's."""
    digits = [character for character in _card(chance, language) if character.isdigit()]
    return chance.choice([" ", "\u00a0", "\u2009", "\u200b", "\u2011"]).join(digits)


def _email(chance: random.Random, _: str) -> str:
    mailbox = chance.choice(["jane.doe", "k_mueller", "lucia+shop", "zoe-l", "info77", "José.garcía"])
    return f"{mailbox}@{chance.choice(['example.com', 'mail.example.co.uk', 'müller-gmbh.de', 'correo.es'])}"


def _spoken_email(chance: random.Random, language: str) -> str:
    at, dot = _AT_AND_DOT[language]
    mailbox = chance.choice(["jane {dot} doe", "mueller", "k l m", "zoe lima seven two", "lucia2"]).format(dot=dot)
    return f"{mailbox.replace(' lima', '')} {at} {chance.choice(['example', 'web', 'correo'])} {dot} {chance.choice(['com', 'de', 'es', 'fr'])}"


def _spoken_digits(chance: random.Random, language: str) -> str:
    words = [_WORDS[language][int(digit)] for digit in _digits(chance, chance.randint(4, 16))]
    if language == "en" and chance.random() < 0.3:
        words[1] = f"double {words[1]}"
    return chance.choice([" ", ", ", "-"]).join(words)


def _name(chance: random.Random, _: str) -> str:
    name = chance.choice(NAMES)
    return chance.choice([name, name.lower(), name.upper()])


MAKERS: dict[str, Callable[[random.Random, str], str]] = {
    "CARD": _card,
    "IBAN": _iban,
    "PHONE": _phone,
    "EMAIL": _email,
    "EMAIL spoken": _spoken_email,
    "DIGITS": _spoken_digits,
    "NAME": _name,
    "CARD noisy": _noisy_card,
    "PHONE hard": _hard_phone,
    "DIGITS noisy": _noisy_digits,
}
