"""People's names: short and long, in several scripts, and hostile ones on request."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

_FIRST = (
    "Ada Akira Aïcha Alejandro Amélie Anders Anna Béla Björn Carmen Chloé Dagmar Darío Edwin "
    "Elif Emeka Fatima Fiona Gábor Grace Hana Håkon Ingrid Iván Jo João Jürgen Katarzyna Kwame "
    "Lars Leïla Lucía Magnus Maeve Mateo Mei Ngozi Noah Nour Olga Óscar Priya Quentin Renée Ruth "
    "Samir Saoirse Sofía Søren Tariq Thérèse Tomáš Uma Viktor Wanda Wei Xavier Yara Yusuf Zoë"
)
_LAST = (
    "Abara Adeyemi Andersson Ångström Bauer Brennan Castaño Chen Çelik Dąbrowska Delacroix Díaz "
    "Dvořák Eriksen Fischer Fraser García Gupta Haddad Hernández Horvát Ito Jensen Kaya Khan Kim "
    "Kovács Larsen Lee Lindqvist Lovelace Łukasik Mbeki Meyer Moreau Müller Nakamura Nguyễn "
    "Nowak O’Connor Okafor Özdemir Patel Pereira Popescu Quispe Rossi Šimić Santos Schäfer Silva "
    "Smith Sørensen Tanaka Vargas Wójcik Yamamoto Zhang"
)
FIRST, LAST = _FIRST.split(), _LAST.split()
OTHER_SCRIPTS = (
    "田中 美咲",
    "佐藤 健",
    "王小明",
    "欧阳娜娜（北京）",
    "김민준",
    "박서연 (서울)",
    "Дмитрий Соколов",
    "Олена Шевченко",
    "Γιώργος Παπαδόπουλος",
    "محمد العلي",
    "فاطمة الزهراء",
    "דוד לוי",
    "שירה כהן",
    "प्रिया शर्मा",
    "अनिल कुमार",
    "ปรีชา สุวรรณ",
    "Jose\u0301 Mun\u0303oz",
    "Zoë 🎧",
    "Ops desk 🛠️ night",
    "👩🏽‍💻 Nadia",
)
LONG = (
    "Maximiliana-Theodora von Hohenzollern-Sigmaringen (Rechtsabteilung, 3. OG)",
    "Conference room Rio de Janeiro / Sala de reuniões do 14º andar, ala norte",
    "Wolfeschlegelsteinhausenbergerdorff, Hubert Blaine, on behalf of the works council",
    "株式会社東京国際電話会議サービス 営業本部 第二営業部 部長代理",
)
OWNERS = (
    "Weekly all-hands",
    "Incident 4711 bridge",
    "Grace Hopper",
    "Board of directors",
    "Investor call Q3",
    "Équipe produit",
    "Sales EMEA",
    "営業会議",
    "إدارة المشاريع",
    "צוות פיתוח",
    "प्रशिक्षण सत्र",
    "Night shift handover",
    "Network operations",
    "St. John's parish council",
    "Support – tier 2",
    "Vorstand Süd",
    "Rádio comunitária 🎙️",
    "Legal & compliance",
    "Telehealth group B",
    "Alumni Łódź",
    "Release train",
    "Cricket selectors",
    "Choir rehearsal",
    "Union local 1101 – regional delegates and observers, open session",
)
HOSTILE = (
    "\x1b[31mred\x1b[0m \x1b]0;owned\x07",
    "\x1b]52;c;cm0gLXJmIC8=\x07",
    "\x9b2J\x9b1;1H",
    "[/foo]",
    "[@click=app.quit]press me[/]",
    "[bold red]not markup[/bold red]",
    "user\u202egnp.exe",
    "\u2066\u2067mixed\u2069",
    "line\r\nbreak\ttab\x00nul\x08",
    "zero\u200bwidth\u200d\ufeffjoin",
    "Z\u0310\u0301\u0316a\u0324\u0302\u030bl\u0317\u0306g\u0331\u0308o\u0334\u0337",
    '=HYPERLINK("http://x","y")',
    "'; DROP TABLE calls; --",
    "%s %n {0} ${HOME}",
    "long " + "x" * 10_000,
)
"""Texts that try to reach the terminal, the markup parser or a spreadsheet."""


def draw_person(rng: Random, *, hostile: bool = False) -> str:
    """Draw a caller's name; one in six is long or not in Latin letters."""
    draw = rng.random()
    if hostile and draw > 0.8:
        return rng.choice(HOSTILE)
    if draw < 0.14:
        return rng.choice(OTHER_SCRIPTS)
    if draw < 0.16:
        return rng.choice(LONG)
    if draw < 0.2:
        return rng.choice(FIRST)
    return f"{rng.choice(FIRST)} {rng.choice(LAST)}"


def draw_owner(rng: Random, nth: int, *, hostile: bool = False) -> str:
    """Return the `nth` meeting's subscriber name: of a person, or of a subject."""
    if hostile and rng.random() < 0.2:
        return rng.choice(HOSTILE)
    if nth < len(OWNERS):
        return OWNERS[nth]
    return f"{rng.choice(FIRST)} {rng.choice(LAST)}"
