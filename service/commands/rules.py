"""`osteohooks rules`: one line a topic; the site file it can be run with; the trace from each row to its cases."""

from __future__ import annotations

import click

from cards import catalog, data_gap, phrases
from cards.rule import HOOKS, ON
from service import sitefile, trace
from service.errors import Misconfigured
from service.settings import from_environment


@click.command()
@click.option("--dials", is_flag=True, help="Print a whole site file: every key, stage and dial.")
@click.option("--trace", "traced", is_flag=True, help="Print which rules, hooks, cards and cases carry each row.")
def command(dials: bool, traced: bool) -> None:
    """List what the cards are about: topic, how many sources it stands on, how many cases hold it, hooks.

    Two hooks have no rules of their own: encounter-start is judged as patient-view, order-dispatch as order-sign by the
    contraindications and the dose alone.
    """
    if dials:
        click.echo(sitefile.text(), nl=False)
        return
    if traced:
        if not trace.cases():
            raise click.UsageError("the cases are not part of an installation: trace from a checkout")
        click.echo("\n".join(trace.told()))
        return
    try:
        site = from_environment().site
    except Misconfigured as error:
        raise click.UsageError(str(error)) from error
    cases = trace.cases_by_topic()
    told = {rule.id: (len(rule.evidence), rule.hooks) for rule in catalog.declared()}
    told[data_gap.TOPIC] = (len(data_gap.EVIDENCE), HOOKS)
    width = max(map(len, told))
    for topic, (sources, hooks) in sorted(told.items()):
        count = "cases not shipped" if cases is None else f"{len(cases.get(topic, ())):>3} cases"
        stage = site.stages.get(topic, ON)
        staged = "" if stage == ON else f"  ({stage})"
        told_sources = phrases.plural(sources, "source")
        click.echo(f"{topic:<{width}}  {told_sources:>9}  {count}  {', '.join(hooks)}{staged}")
