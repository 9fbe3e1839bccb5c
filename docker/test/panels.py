"""panels.py DASHBOARDS PROMETHEUS: asks Prometheus for each query of the dashboards; lists those without an answer."""
import json, math, pathlib, sys, urllib.parse, urllib.request


def queries(part):
    if isinstance(part, dict):
        if part.get("expr"):
            yield part["expr"]
        for value in part.values():
            yield from queries(value)
    elif isinstance(part, list):
        for value in part:
            yield from queries(value)


empty = asked = 0
for file in sorted(pathlib.Path(sys.argv[1]).glob("*.json")):
    for query in queries(json.loads(file.read_text())):
        if query.lstrip().startswith("{"):
            continue  # a query for Loki
        asked += 1
        url = f"{sys.argv[2]}/api/v1/query?" + urllib.parse.urlencode({"query": query})
        with urllib.request.urlopen(url, timeout=10) as answer:
            found = json.load(answer)["data"]["result"]
        if not any(not math.isnan(float(series["value"][1])) for series in found):
            empty += 1
            print(f"{file.name}: {query}")
print(f"{asked} queries, {empty} without data")
sys.exit(1 if empty or not asked else 0)
