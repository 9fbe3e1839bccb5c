"""dashboards.py FOLDER SOURCES: whether Grafana could draw the dashboards: what each needs is there, nothing twice, no panel over another, known sources alone."""
import json, pathlib, re, sys

KINDS = {"stat", "timeseries", "gauge", "bargauge", "table", "logs", "barchart", "piechart", "heatmap", "state-timeline", "text", "row"}
sources = dict(re.findall(r"uid: (\w+), type: (\w+)", pathlib.Path(sys.argv[2]).read_text()))
wrong, uids = [], set()


def check(name, is_right, what):
    if not is_right:
        wrong.append(f"{name}: {what}")


for file in sorted(pathlib.Path(sys.argv[1]).glob("*.json")):
    board = json.loads(file.read_text())
    check(file.name, board.get("uid") and board["uid"] not in uids, "its uid is missing or another's")
    uids.add(board.get("uid"))
    check(file.name, board.get("title") and board.get("schemaVersion", 0) >= 36 and board.get("panels"), "no title, schema or panels")
    ids, taken = set(), set()
    for panel in board.get("panels", []):
        name = f"{file.name}, {panel.get('title')!r}"
        check(name, panel.get("title") and panel.get("type") in KINDS, f"no title, or no such panel: {panel.get('type')}")
        check(name, panel.get("id") not in ids, "its id is another's")
        ids.add(panel.get("id"))
        place = panel["gridPos"]
        cells = {(x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])}
        check(name, place["x"] + place["w"] <= 24 and not cells & taken, "it lies over another or over the edge")
        taken |= cells
        targets = panel.get("targets", [])
        check(name, targets or panel["type"] in ("text", "row"), "it asks nothing")
        check(name, len({t.get("refId") for t in targets}) == len(targets), "two queries have one refId")
        for asked in [panel, *targets]:
            source = asked.get("datasource") or panel.get("datasource") or {}
            check(name, sources.get(source.get("uid")) == source.get("type"), f"no such source: {source}")
print("\n".join(wrong) or f"{len(uids)} dashboards, sources {', '.join(sources)}")
sys.exit(1 if wrong or not uids or not sources else 0)
