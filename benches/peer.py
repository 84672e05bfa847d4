"""The questions of benches/terms.contract, put to DuckDB.

Usage: python peer.py FORM FOLDER ANSWERS [VARIANT …]

FORM is `opt`, SQL written by hand for as few and as cheap passes as we could find, or `naive`, one query
a measure, written as one would. FOLDER was written by `cargo bench --bench evaluate -- generate`; its
contacts are read from CSV where there is no Parquet. ANSWERS gets every answer as JSON, by measure and cell. A
VARIANT (`join=window`) tries another way than the fastest one found. Seconds by query go to stderr.

Both forms take ties in time by id: all contacts come before all cases of the same moment, and those before
all purchases, because their ids do.
"""

import json
import os
import sys
import time

import duckdb

FORM, FOLDER, ANSWERS = sys.argv[1:4]
VARIANT = dict(word.split("=") for word in sys.argv[4:])
CONTACTS = {
    "interaction_id": "BIGINT", "customer_id": "BIGINT", "issue_id": "INTEGER", "case_id": "BIGINT",
    "channel": "VARCHAR", "site": "VARCHAR", "vendor": "VARCHAR", "business_unit": "VARCHAR", "cause": "VARCHAR",
    "started_at": "TIMESTAMP", "answered_at": "TIMESTAMP", "ended_at": "TIMESTAMP", "abandoned": "BOOLEAN",
    "resolved": "BOOLEAN", "csat": "TINYINT", "nps": "TINYINT", "transferred": "BOOLEAN", "handle_seconds": "INTEGER",
}
CELL = "channel, site, business_unit"
CHANNELS = ["phone", "chat", "email", "whatsapp", "social"]
UNITS = ["Retail", "Mortgage", "Cards", "Business", "Wealth", "Insurance", "Digital", "Collections"]


def position(column, values):
    """The place of a text among those that there are."""
    cases = " ".join(f"when '{value}' then {number}" for number, value in enumerate(values[:-1]))
    return f"case {column} {cases} else {len(values) - 1} end"


# A cell as one number, and back.
CODE = (
    f"((month * 5 + {position('channel', CHANNELS)}) * 12 + substr(site, 6)::integer - 1) * 8 + "
    + position("business_unit", ["BU " + unit for unit in UNITS])
)
DECODED = (
    f"cell // 480 as month, {CHANNELS}[cell // 96 % 5 + 1] as channel,"
    f" 'SITE-' || lpad((cell // 8 % 12 + 1)::varchar, 2, '0') as site, 'BU ' || {UNITS}[cell % 8 + 1] as business_unit"
)


def connect():
    """Two threads, and a view for each table."""
    con = duckdb.connect()
    con.execute("set threads = 2; set TimeZone = 'UTC'; set preserve_insertion_order = false")
    con.execute(f"set temp_directory = '{os.path.join(FOLDER, 'duckdb-tmp')}'")
    for name, table in (("i", "interactions"), ("r", "resolutions"), ("p", "purchases")):
        path = os.path.join(FOLDER, table)
        source = f"read_parquet('{path}.parquet')"
        if not os.path.exists(path + ".parquet"):
            columns = ", ".join(f"'{column}': '{kind}'" for column, kind in CONTACTS.items())
            source = f"read_csv('{path}.csv', header = true, auto_detect = false, columns = {{{columns}}})"
        con.execute(f"create view {name} as select * from {source}")
    return con


# Every hour of the data: its number since 1970, its month in London (since January 2024), the office seconds
# before it, and how many of its first seconds the office is open.
HOURS = """
create temp table hours as
with each as (
  select hour::integer as hour, timezone('Europe/London', to_timestamp(hour * 3600)) as local
  from range(epoch('2023-12-01'::timestamp)::bigint // 3600, epoch('2028-01-01'::timestamp)::bigint // 3600) t(hour)),
open as (
  select *, case when isodow(local) > 5 then 0 when hour(local) between 9 and 16 then 3600
    when hour(local) = 17 then 1800 else 0 end as open_for
  from each)
select hour, ((year(local) - 2024) * 12 + month(local) - 1)::integer as month,
  (sum(open_for) over (order by hour) - open_for)::integer as open_before, open_for
from open
"""


class Peer:
    """Asks, times, and keeps the answers by measure and cell."""

    def __init__(self):
        self.con = connect()
        self.answers = {}

    def ask(self, name, sql, *measures):
        """Columns are month, channel, site and unit, then those that `measures` name: a measure with what
        stands above and below the line (`None`: a value alone)."""
        began, cpu = time.time(), time.process_time()
        result = self.con.execute(sql)
        columns = [column[0] for column in result.description]
        rows = result.fetchall()
        took = f"{time.time() - began:8.2f} s wall {time.process_time() - cpu:8.2f} s CPU"
        print(f"{name:<12} {len(rows):>7} rows {took}", file=sys.stderr)
        for measure, above, below in measures:
            above, below = columns.index(above), below and columns.index(below)
            cells = self.answers.setdefault(measure, {})
            for row in rows:
                if row[above] is not None and (below is None or row[below]):
                    label = f"{2024 + row[0] // 12}-{row[0] % 12 + 1:02}"
                    cells["|".join((label, *row[1:4]))] = [row[above], below and row[below]]


def naive(peer):
    """One query a measure, times by the engine's own functions."""
    con = peer.con
    con.execute("create macro local(t) as timezone('Europe/London', t::timestamptz)")
    con.execute("create macro month_of(t) as (year(local(t)) - 2024) * 12 + month(local(t)) - 1")
    con.execute("create macro later(t, months) as timezone('Europe/London', local(t) + to_months(months))")
    # Seconds since a Monday, and the office seconds of whole weeks, whole days and the day itself.
    con.execute("create macro clock(t) as epoch(local(t))::bigint + 3 * 86400")
    con.execute(
        "create macro office(s) as s // 604800 * 5 * 30600 + least(s % 604800 // 86400, 5) * 30600"
        " + case when s % 604800 // 86400 < 5 then greatest(0, least(30600, s % 86400 - 32400)) else 0 end"
    )
    by = f"month_of(started_at) as month, {CELL}"
    solved = f"month_of(resolved_at) as month, {CELL}"
    short = "(abandoned and ended_at - started_at < interval 5 seconds)"
    ask = peer.ask
    ask("volume", f"select {by}, count(*) n from i group by all", ("volume", "n", None))
    ask(
        "in time",
        f"select {by}, count(*) filter (answered_at - started_at <= interval 20 seconds) a,"
        f" count(*) filter (not {short}) b from i group by all",
        ("answered_in_time", "a", "b"),
    )
    ask(
        "abandoned",
        f"select {by}, count(*) filter (abandoned and not {short}) a, count(*) filter (not {short}) b from i group by all",
        ("abandon_rate", "a", "b"),
    )
    ask(
        "wait",
        f"select {by}, quantile_disc(date_diff('second', started_at, answered_at), 0.9) a from i"
        " where answered_at is not null group by all",
        ("wait_nine_in_ten", "a", None),
    )
    ask(
        "csat",
        f"select {by}, count(*) filter (csat >= 4) a, count(csat) b from i group by all",
        ("satisfied", "a", "b"),
    )
    ask(
        "nps",
        f"select {by}, count(*) filter (nps >= 9) - count(*) filter (nps <= 6) a, count(nps) b from i group by all",
        ("promoters", "a", "b"),
    )
    ask(
        "handling",
        f"select {by}, sum(handle_seconds)::bigint a, count(*) b from i where answered_at is not null group by all",
        ("handle_time", "a", "b"),
    )
    ask(
        "transfers",
        f"select {by}, count(*) filter (transferred) a, count(*) b from i where answered_at is not null group by all",
        ("transfers", "a", "b"),
    )
    ask(
        "for good",
        f"""select {by}, count(*) filter (resolved and not exists (
              select 1 from i j where j.customer_id = a.customer_id and j.issue_id = a.issue_id
              and (j.started_at, j.interaction_id) > (a.started_at, a.interaction_id)
              and j.started_at <= a.started_at + interval 14 days)) a, count(*) b
            from i a where answered_at is not null group by all""",
        ("resolved_for_good", "a", "b"),
    )
    ask(
        "customers",
        f"select {by}, count(distinct customer_id) a from i group by all",
        ("different_customers", "a", None),
    )
    ask(
        "reopened",
        f"""select {solved}, count(*) filter (exists (
              select 1 from i where i.case_id = r.case_id and i.started_at > r.resolved_at
              and i.started_at <= r.resolved_at + interval 30 days)) a, count(*) b from r group by all""",
        ("reopened", "a", "b"),
    )
    ask(
        "office",
        f"""select {solved}, sum(office(clock(resolved_at)) - office(clock(opened_at)))::bigint a,
              count(*) filter (office(clock(resolved_at)) - office(clock(opened_at)) <= 28800) quick, count(*) b
            from r group by all""",
        ("office_time", "a", "b"),
        ("within_a_day", "quick", "b"),
    )
    for measure, end in (
        ("bought_in_30_days", "started_at + interval 30 days"),
        ("bought_in_6_months", "later(started_at, 6)"),
        ("bought_in_18_months", "later(started_at, 18)"),
    ):
        ask(
            measure[7:],
            f"""with first as (
                  select * from i qualify row_number() over (partition by customer_id order by started_at, interaction_id) = 1)
                select {by}, count(*) filter (exists (
                  select 1 from p where p.customer_id = f.customer_id
                  and p.purchased_at >= f.started_at and p.purchased_at <= {end})) a, count(*) b
                from first f group by all""",
            (measure, "a", "b"),
        )


def opt(peer):
    """As few passes as possible; months and office hours by a table of hours."""
    con = peer.con
    con.execute(HOURS)
    con.execute("create macro hour_of(t) as (epoch_us(t) // 3600000000)::integer")
    waited = "(epoch_us(answered_at) - epoch_us(started_at)) // 1000000"
    if not os.path.exists(os.path.join(FOLDER, "interactions.parquet")):
        # Text is read once; what follows counts as a pass over it.
        peer.ask(
            "load",
            f"""create temp table loaded as select interaction_id, customer_id, issue_id, case_id, {CELL}, started_at,
                  answered_at, ended_at, abandoned, resolved, csat, nps, transferred, handle_seconds from i""",
        )
        con.execute("drop view i; create view i as from loaded")
    by = f"month, {CELL}"
    started = "join hours on hour = hour_of(started_at)"
    lasted = "epoch_us(ended_at) - epoch_us(started_at)"
    peer.ask(
        "plain",
        f"""select {by}, count(*) n, count(*) filter ({waited} <= 20) in_time,
              count(*) filter (not abandoned or {lasted} >= 5000000) offered,
              count(*) filter (abandoned and {lasted} >= 5000000) lost,
              count(answered_at) answered, quantile_disc({waited}, 0.9) wait,
              count(*) filter (csat >= 4) happy, count(csat) rated,
              count(*) filter (nps >= 9) - count(*) filter (nps <= 6) net, count(nps) asked,
              sum(handle_seconds) filter (answered_at is not null)::bigint handled,
              count(*) filter (transferred and answered_at is not null) moved
            from i {started} group by all""",
        ("volume", "n", None),
        ("answered_in_time", "in_time", "offered"),
        ("abandon_rate", "lost", "offered"),
        ("wait_nine_in_ten", "wait", None),
        ("satisfied", "happy", "rated"),
        ("promoters", "net", "asked"),
        ("handle_time", "handled", "answered"),
        ("transfers", "moved", "answered"),
    )
    # What is looked at by customer, narrow and as whole numbers: times are whole seconds, and a moment with an
    # id is one number, so that records are in order by it.
    peer.ask(
        "narrow",
        f"""create temp table t as select customer_id customer, customer_id * 64 + issue_id matter,
              epoch_us(started_at) // 1000000 << 31 | interaction_id moment, ({CODE})::integer cell, case_id,
              resolved, answered_at is not null answered from i {started}""",
    )
    peer.ask(
        "customers",
        f"select {DECODED}, n from (select (k >> 32)::integer cell, count(*) n from (select distinct"
        " cell::bigint << 32 | customer k from t) group by all)",
        ("different_customers", "n", None),
    )
    if VARIANT.get("good") == "window":
        good = """select cell, count(*) filter (resolved and (next is null or next >> 31 > (moment >> 31) + 1209600)) a,
                count(*) b
              from (select *, lead(moment) over (partition by matter order by moment) next from t)
              where answered group by all"""
    else:
        good = """with again as (
              select cell, count(*) n from (
                select distinct a.cell, a.moment from t a join t j on j.matter = a.matter and j.moment > a.moment
                and j.moment >> 31 <= (a.moment >> 31) + 1209600 where a.resolved)
              group by all),
            each as (
              select cell, count(*) filter (resolved) resolved, count(*) b from t where answered group by all)
            select cell, resolved - coalesce(again.n, 0) a, b from each left join again using (cell)"""
    peer.ask("for good", f"select {DECODED}, a, b from ({good})", ("resolved_for_good", "a", "b"))
    peer.ask(
        "cases",
        f"""with again as (
              select distinct resolution_id from t
              join (select resolution_id, case_id, epoch_us(resolved_at) // 1000000 came from r) s
              on t.case_id = s.case_id and moment >> 31 > came and moment >> 31 <= came + 2592000),
            timed as (
              select h.month, {CELL}, resolution_id,
                h.open_before + least(epoch_us(resolved_at) // 1000000 % 3600, h.open_for)
                - o.open_before - least(epoch_us(opened_at) // 1000000 % 3600, o.open_for) office
              from r join hours h on h.hour = hour_of(resolved_at) join hours o on o.hour = hour_of(opened_at))
            select {by}, count(*) n, count(again.resolution_id) again, sum(office)::bigint office,
              count(*) filter (office <= 28800) quick
            from timed left join again using (resolution_id) group by all""",
        ("reopened", "again", "n"),
        ("office_time", "office", "n"),
        ("within_a_day", "quick", "n"),
    )
    # Months in London cost a look into the zone; only where the shortest and the longest differ is it needed.
    later = (
        "(case when bought <= started_at + interval {1} days then true when bought > started_at + interval {2} days then"
        " false else bought <= timezone('Europe/London', timezone('Europe/London', started_at) + to_months({0})) end)"
    )
    peer.ask(
        "bought",
        f"""with first as (
              select customer, min(moment) moment, arg_min(cell, moment) cell from t group by customer),
            next as (
              select any_value(cell) cell, make_timestamptz((any_value(moment) >> 31) * 1000000) started_at,
                min(purchased_at) bought
              from first join p on customer_id = customer and epoch_us(purchased_at) >= (moment >> 31) * 1000000
              group by customer),
            hits as (
              select cell, count(*) filter (bought <= started_at + interval 30 days) a,
                count(*) filter ({later.format(6, 180, 185)}) b, count(*) filter ({later.format(18, 545, 552)}) c
              from next group by all),
            each as (select cell, count(*) n from first group by all)
            select {DECODED}, n, coalesce(a, 0) a, coalesce(b, 0) b, coalesce(c, 0) c
            from each left join hits using (cell)""",
        ("bought_in_30_days", "a", "n"),
        ("bought_in_6_months", "b", "n"),
        ("bought_in_18_months", "c", "n"),
    )


def main():
    peer = Peer()
    {"opt": opt, "naive": naive}[FORM](peer)
    with open(ANSWERS, "w") as file:
        json.dump(peer.answers, file)


main()
