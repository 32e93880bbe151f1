"""The drugs as data: what they are, the words and value sets that name them, and how each is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final


@dataclass(frozen=True, slots=True)
class Drug:
    """One ingredient. `kind` is its class; `words` are the generic names and salts that text may use."""

    key: str
    name: str
    kind: str
    words: tuple[str, ...]
    code_sets: tuple[str, ...]


BISPHOSPHONATE: Final = "bisphosphonate"
DENOSUMAB: Final = "denosumab"
PTH_ANALOGUE: Final = "PTH analogue"
ROMOSOZUMAB: Final = "romosozumab"
SERM: Final = "SERM"
HORMONE: Final = "hormone therapy"
GLUCOCORTICOID: Final = "glucocorticoid"
IMMUNOSUPPRESSANT: Final = "immunosuppressant"
SUPPLEMENT: Final = "supplement"
OTHER: Final = "other"

_DRUGS: Final = (
    Drug(
        "alendronate", "alendronate", BISPHOSPHONATE,
        ("alendronate", "alendronic acid", "alendronic", "alendronate sodium"),
        ("alendronate", "alendronate-cholecalciferol"),
    ),
    Drug(
        "risedronate", "risedronate", BISPHOSPHONATE, ("risedronate", "risedronic acid", "risedronic"),
        ("risedronate", "risedronate-paget-30mg"),
    ),
    Drug(
        "ibandronate", "ibandronate", BISPHOSPHONATE, ("ibandronate", "ibandronic acid", "ibandronic"),
        ("ibandronate", "ibandronate-oral", "ibandronate-iv", "ibandronate-oncology-50mg"),
    ),
    Drug(
        "zoledronic-acid", "zoledronic acid", BISPHOSPHONATE,
        ("zoledronic acid", "zoledronate", "zoledronic", "zolendronic acid", "zolendronate"),
        ("zoledronic-acid", "zoledronic-acid-5mg", "zoledronic-acid-4mg"),
    ),
    Drug(
        "pamidronate", "pamidronate", BISPHOSPHONATE, ("pamidronate", "pamidronic acid", "pamidronic"),
        ("pamidronate",),
    ),
    Drug(
        "etidronate", "etidronate", BISPHOSPHONATE, ("etidronate", "etidronic acid", "etidronic"), ("etidronate",),
    ),
    Drug(
        "denosumab", "denosumab", DENOSUMAB, ("denosumab",), ("denosumab", "denosumab-60mg", "denosumab-120mg"),
    ),
    Drug("teriparatide", "teriparatide", PTH_ANALOGUE, ("teriparatide",), ("teriparatide",)),
    Drug("abaloparatide", "abaloparatide", PTH_ANALOGUE, ("abaloparatide",), ("abaloparatide",)),
    Drug("romosozumab", "romosozumab", ROMOSOZUMAB, ("romosozumab", "romosozumab-aqqg"), ("romosozumab",)),
    Drug("raloxifene", "raloxifene", SERM, ("raloxifene",), ("raloxifene",)),
    Drug("bazedoxifene", "bazedoxifene", SERM, ("bazedoxifene",), ("bazedoxifene",)),
    Drug(
        "estrogens", "estrogen", HORMONE, ("estradiol", "conjugated estrogens", "estrogens, conjugated"),
        ("estrogens",),
    ),
    Drug("calcitonin", "calcitonin", OTHER, ("calcitonin",), ("calcitonin",)),
    Drug("prednisone", "prednisone", GLUCOCORTICOID, ("prednisone",), ("prednisone",)),
    Drug("prednisolone", "prednisolone", GLUCOCORTICOID, ("prednisolone",), ("prednisolone",)),
    Drug(
        "methylprednisolone", "methylprednisolone", GLUCOCORTICOID, ("methylprednisolone",), ("methylprednisolone",),
    ),
    Drug("dexamethasone", "dexamethasone", GLUCOCORTICOID, ("dexamethasone",), ("dexamethasone",)),
    Drug("hydrocortisone", "hydrocortisone", GLUCOCORTICOID, ("hydrocortisone",), ("hydrocortisone",)),
    Drug("deflazacort", "deflazacort", GLUCOCORTICOID, ("deflazacort",), ("deflazacort",)),
    Drug(
        "calcium", "calcium", SUPPLEMENT, ("calcium carbonate", "calcium citrate", "calcium supplement"), ("calcium",),
    ),
    Drug(
        "cholecalciferol", "vitamin D", SUPPLEMENT,
        ("cholecalciferol", "colecalciferol", "ergocalciferol", "vitamin d", "vitamin d3", "vit d", "vit d3"),
        ("vitamin-d", "alendronate-cholecalciferol"),
    ),
    Drug("digoxin", "digoxin", OTHER, ("digoxin",), ()),
    *(
        Drug(word, word, IMMUNOSUPPRESSANT, (word,), ())
        for word in (
            "tacrolimus", "ciclosporin", "cyclosporine", "sirolimus", "everolimus", "mycophenolate", "azathioprine",
            "methotrexate", "adalimumab", "etanercept", "infliximab", "certolizumab", "golimumab", "rituximab",
            "abatacept", "tocilizumab", "sarilumab", "secukinumab", "ustekinumab", "tofacitinib", "baricitinib",
            "upadacitinib", "filgotinib", "ixekizumab", "brodalumab", "bimekizumab", "guselkumab", "risankizumab",
            "tildrakizumab", "mirikizumab", "belimumab", "anifrolumab", "vedolizumab", "natalizumab", "ocrelizumab",
            "ofatumumab", "anakinra", "canakinumab", "belatacept", "voclosporin",
        )
    ),
)  # fmt: skip

DRUGS: Final[Mapping[str, Drug]] = {drug.key: drug for drug in _DRUGS}

_PROLIA_TYPE: Final = (
    "prolia", "jubbonti", "ospomyv", "obodence", "stoboclo", "conexxence", "bildyos", "bosaya", "enoby", "osvyrti",
    "boncresa",
)  # fmt: skip
_XGEVA_TYPE: Final = (
    "xgeva", "wyost", "xbryk", "osenvelt", "bomyntra", "bilprevda", "aukelso", "xtrenbo", "jubereq", "oziltus",
)  # fmt: skip

BRANDS: Final[Mapping[str, tuple[str, str]]] = {
    "fosamax": ("alendronate", ""),
    "binosto": ("alendronate", ""),
    "fosamax plus d": ("alendronate", "alendronate-cholecalciferol"),
    "fosavance": ("alendronate", "alendronate-cholecalciferol"),
    "actonel": ("risedronate", ""),
    "atelvia": ("risedronate", ""),
    "boniva": ("ibandronate", ""),
    "bonviva": ("ibandronate", ""),
    "reclast": ("zoledronic-acid", "zoledronic-acid-5mg"),
    "aclasta": ("zoledronic-acid", "zoledronic-acid-5mg"),
    "zometa": ("zoledronic-acid", "zoledronic-acid-4mg"),
    **dict.fromkeys(_PROLIA_TYPE, ("denosumab", "denosumab-60mg")),
    **dict.fromkeys(_XGEVA_TYPE, ("denosumab", "denosumab-120mg")),
    "forteo": ("teriparatide", ""),
    "forsteo": ("teriparatide", ""),
    "tymlos": ("abaloparatide", ""),
    "evenity": ("romosozumab", ""),
    "evista": ("raloxifene", ""),
    "duavee": ("bazedoxifene", ""),
    **{
        word: (drug, "")
        for drug, words in {
            "tacrolimus": ("prograf", "envarsus", "astagraf", "advagraf"),
            "cyclosporine": ("neoral", "sandimmune", "gengraf"),
            "sirolimus": ("rapamune",),
            "everolimus": ("zortress", "certican"),
            "mycophenolate": ("cellcept", "myfortic"),
            "azathioprine": ("imuran", "azasan"),
            "methotrexate": ("trexall", "otrexup", "rasuvo"),
            "adalimumab": ("humira",),
            "etanercept": ("enbrel",),
            "infliximab": ("remicade",),
            "certolizumab": ("cimzia",),
            "golimumab": ("simponi",),
            "rituximab": ("rituxan", "mabthera"),
            "abatacept": ("orencia",),
            "tocilizumab": ("actemra", "roactemra"),
            "sarilumab": ("kevzara",),
            "secukinumab": ("cosentyx",),
            "ixekizumab": ("taltz",),
            "ustekinumab": ("stelara",),
            "guselkumab": ("tremfya",),
            "risankizumab": ("skyrizi",),
            "tofacitinib": ("xeljanz",),
            "baricitinib": ("olumiant",),
            "upadacitinib": ("rinvoq",),
            "filgotinib": ("jyseleca",),
            "belimumab": ("benlysta",),
            "vedolizumab": ("entyvio",),
            "natalizumab": ("tysabri",),
            "ocrelizumab": ("ocrevus",),
            "anakinra": ("kineret",),
        }.items()
        for word in words
    },
}
"""Brand word, in lower case: its ingredient, and the product set its name alone tells ("" where it tells none)."""

ORAL_BISPHOSPHONATES: Final = ("alendronate", "risedronate", "ibandronate")
BISPHOSPHONATES: Final = (*ORAL_BISPHOSPHONATES, "zoledronic-acid", "pamidronate", "etidronate")
PTH_ANALOGUES: Final = ("teriparatide", "abaloparatide")
ANABOLICS: Final = (*PTH_ANALOGUES, "romosozumab")
SERMS: Final = ("raloxifene", "bazedoxifene")
OSTEOPOROSIS_DRUGS: Final = (*BISPHOSPHONATES, "denosumab", *ANABOLICS, *SERMS)
GLUCOCORTICOIDS: Final[Mapping[str, Decimal]] = {
    "prednisone": Decimal(1),
    "prednisolone": Decimal(1),
    "methylprednisolone": Decimal("1.25"),
    "dexamethasone": Decimal("6.67"),
    "hydrocortisone": Decimal("0.25"),
    "deflazacort": Decimal("0.83"),
}
"""Systemic glucocorticoids and the factor to prednisone equivalents (R-EXP-05)."""
IMMUNOSUPPRESSANTS: Final = tuple(drug.key for drug in _DRUGS if drug.kind == IMMUNOSUPPRESSANT)


def name(ingredient: str) -> str:
    """The generic name as a card writes it."""
    return DRUGS[ingredient].name


@dataclass(frozen=True, slots=True)
class Product:
    """A product that a suggestion may draft, as section 3.4 of the rule specification gives it.

    `frequency` times every `period` `period_unit` (FHIR units). `dose_code` is the UCUM code of the dose.
    """

    key: str
    ingredient: str
    rxnorm: str
    text: str
    dose_value: Decimal
    dose_unit: str
    dose_code: str
    frequency: int
    period: int
    period_unit: str
    route: str
    instruction: str


PRODUCTS: Final[Mapping[str, Product]] = {
    product.key: product
    for product in (
        Product(
            "teriparatide-20mcg", "teriparatide", "1435115", "teriparatide 20 mcg subcutaneous once daily",
            Decimal(20), "mcg", "ug", 1, 1, "d", "subcutaneous",
            "20 mcg subcutaneously once daily for {months} months, then an antiresorptive",
        ),
        Product(
            "denosumab-60mg", "denosumab", "993452", "denosumab 60 mg subcutaneous every 6 months",
            Decimal(60), "mg", "mg", 1, 6, "mo", "subcutaneous",
            "60 mg subcutaneously every 6 months without gaps; never stop without a follow-on",
        ),
        Product(
            "zoledronic-acid-5mg", "zoledronic-acid", "705824", "zoledronic acid 5 mg intravenous, one infusion",
            Decimal(5), "mg", "mg", 1, 1, "a", "intravenous",
            "5 mg intravenously once, over at least 15 minutes",
        ),
        Product(
            "romosozumab-210mg", "romosozumab", "2123184", "romosozumab 210 mg subcutaneous once monthly",
            Decimal(210), "mg", "mg", 1, 1, "mo", "subcutaneous",
            "210 mg subcutaneously (two injections of 105 mg) once monthly, {count} doses, then an antiresorptive",
        ),
        Product(
            "alendronate-70mg", "alendronate", "904431", "alendronate 70 mg oral tablet once weekly",
            Decimal(70), "mg", "mg", 1, 1, "wk", "oral",
            "70 mg by mouth once weekly, fasting, with water, upright for 30 minutes",
        ),
        Product(
            "cholecalciferol-800iu", "cholecalciferol", "2418", "cholecalciferol 800 IU orally once daily",
            Decimal(800), "IU", "[iU]", 1, 1, "d", "oral",
            "800 IU by mouth once daily",
        ),
    )
}  # fmt: skip
"""What a suggestion may draft, by key."""

PRODUCT_OF: Final = {product.ingredient: product.key for product in PRODUCTS.values()}
