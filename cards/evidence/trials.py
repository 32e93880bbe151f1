"""Trials, cohorts and reviews that the cards mention."""

from datetime import date

from cards.evidence import Evidence

LYU20 = Evidence(
    label="Lyu 2020: delayed denosumab and vertebral fracture",
    publisher="Annals of Internal Medicine",
    year=2020,
    url="https://www.endocrinologyadvisor.com/home/topics/bone-metabolism/delayed-denosumab-injections-associated-with-increased-vertebral-fracture-risk/",
    claim="On time is within 4 weeks after the 6-month day. A dose delayed by more than 16 weeks went with more "
    "vertebral fractures (hazard ratio 3.91, 1.62 to 9.45); 4 to 16 weeks: 1.48, 0.58 to 3.79.",
    where="report of the cohort, doi 10.7326/M20-0882",
    strength="cohort",
    checked=date(2026, 11, 22),
)
LYU19 = Evidence(
    label="Lyu 2019: teriparatide or denosumab after long bisphosphonate use",
    publisher="Journal of Clinical Endocrinology and Metabolism",
    year=2019,
    url="https://pmc.ncbi.nlm.nih.gov/articles/PMC6785688",
    claim="After long bisphosphonate use teriparatide raised the spine more than denosumab (+1.3 % a year) and the "
    "total hip less (−2.2 % a year); the hip dips in the first year.",
    where="results, PMC6785688",
    strength="cohort",
    checked=date(2026, 11, 22),
)
KIM24 = Evidence(
    label="Kim 2024: short denosumab delays",
    publisher="Endocrinology and Metabolism",
    year=2024,
    url="https://doi.org/10.3803/EnM.2024.2047",
    claim="A delay of one to three months already went with more fractures.",
    where="abstract, doi 10.3803/EnM.2024.2047",
    strength="cohort",
    checked=date(2026, 11, 22),
)
DATA_SWITCH = Evidence(
    label="DATA-Switch: denosumab and teriparatide in sequence",
    publisher="The Lancet",
    year=2015,
    url="https://wbldb.lievers.net/10284870.html",
    claim="Teriparatide after denosumab lets bone density fall, for a time or further.",
    where="trial summary, NCT00926380; the loss in a secondary page",
    strength="randomised trial",
    checked=date(2026, 11, 22),
)
VERO = Evidence(
    label="VERO: teriparatide or risedronate in severe osteoporosis",
    publisher="The Lancet",
    year=2018,
    url="https://medluna.com/article/29129436",
    claim="New vertebral fractures in 5.4 % with teriparatide and 12.0 % with risedronate (relative risk 0.44).",
    where="abstract",
    strength="randomised trial",
    checked=date(2026, 11, 22),
)
HIROOKA = Evidence(
    label="Hirooka: teriparatide or denosumab after bisphosphonates in glucocorticoid users",
    publisher="PubMed Central",
    year=None,
    url="https://pmc.ncbi.nlm.nih.gov/articles/PMC7352055",
    claim="In 41 glucocorticoid users after a bisphosphonate the spine gained 7.9 % with teriparatide and 5.9 % "
    "with denosumab: better at 12 months, no significant difference at 24 months.",
    where="results, PMC7352055",
    strength="small comparative study",
    checked=date(2026, 11, 22),
)
KENDLER18 = Evidence(
    label="Kendler: a fracture on denosumab is not proof of failure",
    publisher="PubMed Central",
    year=None,
    url="https://pmc.ncbi.nlm.nih.gov/articles/PMC6331737",
    claim="A fracture during treatment does not by itself show that the treatment failed.",
    where="conclusions, PMC6331737",
    strength="trial analysis",
    checked=date(2026, 11, 22),
)
ZOLEXIT = Evidence(
    label="Zoledronic acid after denosumab",
    publisher="PubMed Central",
    year=None,
    url="https://pmc.ncbi.nlm.nih.gov/articles/PMC11555552",
    claim="Zoledronic acid after denosumab does not fully hold the spine's bone density.",
    where="results, PMC11555552; the trial is NCT03087851",
    strength="trial",
    checked=date(2026, 11, 22),
)
NMA23 = Evidence(
    label="Network meta-analysis 2023: drugs and clinical fractures",
    publisher="BMJ",
    year=2023,
    url="https://pmc.ncbi.nlm.nih.gov/articles/PMC10152340",
    claim="Against clinical fractures bisphosphonates and denosumab did less than parathyroid hormone receptor "
    "agonists.",
    where="results of the network meta-analysis",
    strength="network meta-analysis of randomised trials",
    checked=date(2026, 11, 22),
)
NMA_GIO = Evidence(
    label="Dong 2024: drugs in glucocorticoid-induced osteoporosis",
    publisher="Frontiers in Pharmacology",
    year=2024,
    url="https://doi.org/10.3389/fphar.2024.1336075",
    claim="Compares the drugs for glucocorticoid-induced osteoporosis; probably where the reported figures for "
    "teriparatide and zoledronic acid come from, which was not confirmed.",
    where="abstract",
    strength="Bayesian network meta-analysis",
    checked=date(2026, 11, 22),
)
FRAX_CHANGE = Evidence(
    label="Manitoba: change of FRAX under treatment",
    publisher="Australian Catholic University, research bank",
    year=None,
    url="http://researchbank.acu.edu.au/fhs_pub/6768/",
    claim="In 11 049 women FRAX rose slowly, under treatment too, and its change did not predict fractures: it "
    "responds too little to serve as a goal of treatment.",
    where="abstract",
    strength="cohort",
    checked=date(2026, 11, 22),
)
FRAX_TREATED = Evidence(
    label="Manitoba 2012: FRAX in treated women",
    publisher="Journal of Bone and Mineral Research",
    year=2012,
    url="https://www.ncbi.nlm.nih.gov/pubmed/22392538?dopt=Abstract",
    claim="In 35 764 women FRAX ranked the risk of fracture in the treated as in the untreated; after five years and "
    "more of well-taken bisphosphonate it told too high a hip fracture risk in those of highest risk.",
    where="abstract, doi 10.1002/jbmr.1582",
    strength="cohort",
    checked=date(2026, 11, 22),
)
ERIKSEN09 = Evidence(
    label="Eriksen 2009: when to give zoledronic acid after a hip fracture",
    publisher="Journal of Bone and Mineral Research",
    year=2009,
    url="https://doi.org/10.1359/jbmr.090209",
    claim="Given two weeks or more after the repair of a hip fracture, zoledronic acid raised hip density and lowered "
    "clinical fractures and deaths.",
    where="abstract, PMC5770985: post hoc analysis by two-week intervals",
    strength="post hoc analysis of a randomised trial",
    checked=date(2026, 11, 22),
)
ROMOSOZUMAB_AFTER_DENOSUMAB = Evidence(
    label="Cohort 2024: romosozumab after denosumab",
    publisher="Journal of Bone and Mineral Research",
    year=2024,
    url="https://doi.org/10.1093/jbmr/zjae179",
    claim="Over 12 months the spine gained more with romosozumab after denosumab (+6.8 %) than with denosumab "
    "continued (+3.3 %); the hip was held but no longer rose, while with denosumab it rose further.",
    where="abstract, PMID 39485918; 86 matched women a group",
    strength="matched cohort",
    checked=date(2026, 11, 22),
)
