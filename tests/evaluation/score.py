#!/usr/bin/env python3
"""Scores predictions against labels. Standard library only.

    score.py privacy   GOLD.jsonl PRED.jsonl
    score.py distress  GOLD.jsonl PRED.jsonl
    score.py topics    GOLD.jsonl PRED.jsonl
    score.py conversations GOLD.jsonl PRED.jsonl

Prints one JSON object. Formats of GOLD and PRED: README.md beside this file.
Proportions come with a 95 % Wilson interval as [low, high].
"""

import json
import math
import sys
from collections import Counter, defaultdict


def read(path):
    with open(path, encoding="utf-8") as lines:
        return {row["id"]: row for row in map(json.loads, filter(str.strip, lines))}


def rate(hits, total):
    if not total:
        return None
    p, z = hits / total, 1.96
    centre = (p + z * z / (2 * total)) / (1 + z * z / total)
    half = z * math.sqrt(p * (1 - p) / total + z * z / (4 * total * total)) / (1 + z * z / total)
    return {
        "rate": round(p, 4),
        "hits": hits,
        "of": total,
        "ci95": [round(max(0, centre - half), 4), round(min(1, centre + half), 4)],
    }


def auc(scored):
    """Area under the ROC curve of (score, is_positive) pairs, ties counted half."""
    pos = [s for s, y in scored if y]
    neg = [s for s, y in scored if not y]
    if not pos or not neg:
        return None
    ranked = sorted(scored, key=lambda pair: pair[0])
    rank_sum, i = 0.0, 0
    while i < len(ranked):
        j = i
        while j < len(ranked) and ranked[j][0] == ranked[i][0]:
            j += 1
        mean_rank = (i + 1 + j) / 2
        rank_sum += mean_rank * sum(1 for k in range(i, j) if ranked[k][1])
        i = j
    return round((rank_sum - len(pos) * (len(pos) + 1) / 2) / (len(pos) * len(neg)), 4)


def privacy(gold, pred):
    """A span counts as removed when none of its characters is left readable in the redacted text:
    every character of it lies in some predicted span. A kept string counts as lost when any
    occurrence of it in the text is touched by a predicted span."""
    removed, total, leaked = Counter(), Counter(), []
    kept = lost_total = with_data = whole = 0
    lost, clean, touched = [], 0, 0
    for key, row in gold.items():
        spans = [(s["start"], s["end"]) for s in pred[key]["spans"]]
        covered = set()
        for start, end in spans:
            covered.update(range(start, end))
        for span in row["spans"]:
            total[span["type"]] += 1
            need = [i for i in range(span["start"], span["end"]) if row["text"][i].isalnum()]
            if all(i in covered for i in need):
                removed[span["type"]] += 1
            else:
                leaked.append((key, span["type"], span["text"]))
        with_data += bool(row["spans"])
        whole += bool(row["spans"]) and not any(leak[0] == key for leak in leaked[-len(row["spans"]) :])
        gold_chars = set()
        for span in row["spans"]:
            gold_chars.update(range(span["start"], span["end"]))
        for word in row.get("keep", []):
            at = row["text"].find(word)
            while at >= 0:
                area = set(range(at, at + len(word))) - gold_chars
                if area:
                    lost_total += 1
                    if area & covered:
                        lost.append((key, word))
                    else:
                        kept += 1
                at = row["text"].find(word, at + 1)
        if not row["spans"]:
            clean += 1
            touched += bool(spans)
    return {
        "recall": rate(sum(removed.values()), sum(total.values())),
        "recall_by_type": {t: rate(removed[t], total[t]) for t in sorted(total)},
        "messages_with_nothing_left": rate(whole, with_data),
        "kept_words": rate(kept, lost_total),
        "clean_messages_touched": rate(touched, clean),
        "leaked": leaked[:60],
        "lost": lost[:60],
    }


def distress(gold, pred):
    sure = {k: r for k, r in gold.items() if not r.get("ambiguous")}
    level = {k: int(pred[k]["level"]) for k in sure}
    of = defaultdict(list)
    for k, r in sure.items():
        of[r["level"]].append(k)
    high = of[2] + of[3]
    missed = [(k, sure[k]["level"], level[k], sure[k]["text"]) for k in high if level[k] < 2]
    false = [(k, level[k], sure[k]["text"]) for k in of[0] if level[k] >= 2]
    score = [(pred[k].get("score", level[k]), sure[k]["level"] >= 2) for k in sure]
    by = defaultdict(lambda: [0, 0])
    for k in high:
        by[sure[k]["category"]][1] += 1
        by[sure[k]["category"]][0] += level[k] >= 2
    return {
        "messages": len(sure),
        "left_out_ambiguous": len(gold) - len(sure),
        "imminent_seen_as_2_or_3": rate(sum(level[k] >= 2 for k in of[3]), len(of[3])),
        "imminent_seen_as_3": rate(sum(level[k] == 3 for k in of[3]), len(of[3])),
        "sensitivity_2_and_3": rate(sum(level[k] >= 2 for k in high), len(high)),
        "needless_handover_on_0": rate(len(false), len(of[0])),
        "level_1_raised_to_2": rate(sum(level[k] >= 2 for k in of[1]), len(of[1])),
        "auc_2_or_more": auc(score),
        "exact_level": rate(sum(level[k] == sure[k]["level"] for k in sure), len(sure)),
        "sensitivity_by_category": {c: rate(h, n) for c, (h, n) in sorted(by.items())},
        "missed": missed[:60],
        "false": false[:60],
    }


def topics(gold, pred):
    one = {k: r for k, r in gold.items() if r["topics"] != ["hors_sujet"]}
    out = [k for k, r in gold.items() if r["topics"] == ["hors_sujet"]]
    rank = {k: list(pred[k]["topics"]) for k in gold}
    top1 = [k for k in one if rank[k] and rank[k][0] in one[k]["topics"]]
    top3 = [k for k in one if set(rank[k][:3]) & set(one[k]["topics"])]
    both = [k for k in one if len(one[k]["topics"]) > 1]
    places = [k for k, r in gold.items() if r.get("place_expected")]
    by_lang = defaultdict(lambda: [0, 0])
    for k in one:
        by_lang[one[k].get("lang", "fr")][1] += 1
        by_lang[one[k].get("lang", "fr")][0] += k in set(top1)
    wrong = [(k, one[k]["topics"], rank[k][:2], one[k]["text"]) for k in one if k not in set(top1)]
    return {
        "top1": rate(len(top1), len(one)),
        "top3": rate(len(top3), len(one)),
        "top1_by_language": {lang: rate(h, n) for lang, (h, n) in sorted(by_lang.items())},
        "two_topics_both_in_top3": rate(
            sum(set(one[k]["topics"]) <= set(rank[k][:3]) for k in both), len(both)
        ),
        "out_of_scope_recognised": rate(sum(rank[k][:1] == ["hors_sujet"] for k in out), len(out)),
        "in_scope_refused": rate(sum(rank[k][:1] == ["hors_sujet"] for k in one), len(one)),
        "place_found": rate(
            sum(str(pred[k].get("place")) == str(gold[k]["place_expected"]) for k in places), len(places)
        ),
        "wrong": wrong[:80],
    }


def conversations(gold, pred):
    due = {k: r for k, r in gold.items() if r.get("handoff_expected_by_turn")}
    calm = {k: r for k, r in gold.items() if not r.get("handoff_expected_by_turn")}

    def first(k):
        return pred[k]["handoff_turn"]

    def allowed(k):
        """The turn by which a hand-over is in time: one turn of grace, none when that turn is imminent."""
        turn = due[k]["handoff_expected_by_turn"]
        said = [t for t in due[k]["turns"] if t["who"] == "jeune"]
        return turn if said[turn - 1]["level"] == 3 else turn + 1

    seen = [k for k in due if first(k)]
    in_time = [k for k in seen if first(k) <= allowed(k)]
    early = [k for k in calm if first(k)]
    return {
        "handed_over": rate(len(seen), len(due)),
        "handed_over_in_time": rate(len(in_time), len(due)),
        "needless_handover": rate(len(early), len(calm)),
        "missed": [k for k in due if k not in seen],
        "late": [k for k in seen if k not in in_time],
        "needless": early,
    }


if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[1] not in ("privacy", "distress", "topics", "conversations"):
        sys.exit(__doc__)
    gold, pred = read(sys.argv[2]), read(sys.argv[3])
    missing = sorted(set(gold) - set(pred))
    if missing:
        sys.exit(f"no prediction for {len(missing)} ids: {missing[:5]}")
    print(json.dumps(globals()[sys.argv[1]](gold, pred), ensure_ascii=False, indent=1))
