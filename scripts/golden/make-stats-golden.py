"""Reference values for main/engine/stats from SciPy and statsmodels.

    python make-stats-golden.py > main/engine/stats/fixtures/scipy-golden.json

Needs scipy and statsmodels; the versions that made the file are written into it. Tango's interval has no
implementation there, so it is found from its definition: the restricted likelihood is maximised numerically and the score
statistic is set to 1.96 by root finding, which shares no formula with ours.
"""

import json
import sys

import numpy as np
import scipy
import statsmodels
import statsmodels.api as sm
from scipy import optimize, stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

Z = stats.norm.ppf(0.975)


def restricted_q(n, raised, lowered, delta):
    """Maximum likelihood of p(1->0) when p(0->1) - p(1->0) = delta."""
    low = max(0.0, -delta)
    high = (1 - delta) / 2

    def loss(q):
        same = n - raised - lowered
        parts = [(raised, q + delta), (lowered, q), (same, 1 - 2 * q - delta)]
        return -sum(count * np.log(max(p, 1e-300)) for count, p in parts if count)

    found = optimize.minimize_scalar(loss, bounds=(low, high), method="bounded", options={"xatol": 1e-14})
    ends = [(loss(low), low), (loss(high), high), (found.fun, found.x)]
    return min(ends)[1]


def score(n, raised, lowered, delta):
    q = restricted_q(n, raised, lowered, delta)
    variance = n * (2 * q + delta * (1 - delta))
    return (raised - lowered - n * delta) / np.sqrt(max(variance, 1e-300))


def tango(n, raised, lowered):
    center = (raised - lowered) / n
    edge = 1 - 1e-9
    low = optimize.brentq(lambda d: score(n, raised, lowered, d) - Z, -edge, center - 1e-9)
    high = optimize.brentq(lambda d: score(n, raised, lowered, d) + Z, center + 1e-9, edge)
    return [low, high]


def clustered():
    values = [0.2, 0.5, 0.9, 0.1, 0.4, 0.4, 0.8, 1.2, -0.3, 0.0, 0.7]
    clusters = [0, 0, 0, 1, 1, 2, 2, 2, 3, 3, 4]
    fit = sm.OLS(values, np.ones(len(values))).fit(
        cov_type="cluster", cov_kwds={"groups": np.array(clusters)}, use_t=True
    )
    low, high = fit.conf_int(0.05)[0]
    return {
        "values": values,
        "clusters": [f"c{c}" for c in clusters],
        "mean": fit.params[0],
        "error": fit.bse[0],
        "low": low,
        "high": high,
    }


def paired_t():
    first = [3.1, 2.0, 5.5, 4.1, 3.3, 2.2]
    second = [3.9, 2.1, 5.0, 5.2, 4.1, 2.9]
    result = stats.ttest_rel(second, first)
    interval = result.confidence_interval(0.95)
    return {
        "first": first,
        "second": second,
        "pValue": result.pvalue,
        "low": interval.low,
        "high": interval.high,
        "correlation": stats.pearsonr(first, second)[0],
    }


def main():
    p_values = [0.01, 0.04, 0.03, 0.005, 0.5, 0.04]
    table = np.array([[40, 9], [6, 45]])
    golden = {
        "madeBy": f"scipy {scipy.__version__}, statsmodels {statsmodels.__version__}",
        "normalCdf": [[z, stats.norm.cdf(z)] for z in [-8, -3.2, -1.96, -0.5, 0, 0.1, 1, 2.5, 6]],
        "normalQuantile": [[p, stats.norm.ppf(p)] for p in [1e-10, 1e-4, 0.025, 0.3, 0.5, 0.8, 0.975, 0.99999]],
        "studentTCdf": [
            [t, v, stats.t.cdf(t, v)] for t, v in [(-40, 3), (-2, 1), (-0.3, 4), (0, 7), (1.5, 9), (2.2, 99), (3, 1e6)]
        ],
        "studentTQuantile": [[p, v, stats.t.ppf(p, v)] for p in [0.025, 0.9, 0.975] for v in [1, 2, 9, 49, 519]],
        "chiSquareCdf": [
            [x, v, stats.chi2.cdf(x, v)] for x, v in [(0.1, 1), (3.84, 1), (10, 5), (30, 10), (250, 200)]
        ],
        "binomialCdf": [
            [k, n, p, stats.binom.cdf(k, n, p)]
            for k, n, p in [(0, 10, 0.3), (3, 15, 0.5), (12, 15, 0.5), (7, 300, 0.01), (260, 520, 0.5), (5, 5, 0.2)]
        ],
        "wilson": [
            [k, n, *proportion_confint(k, n, method="wilson")] for k, n in [(1, 7), (0, 520), (520, 520), (37, 99)]
        ],
        "mcnemarExact": [
            [b, c, mcnemar([[0, b], [c, 0]], exact=True).pvalue] for b, c in [(12, 3), (0, 5), (7, 7), (1, 0), (30, 11)]
        ],
        "mcnemarMidP": [
            [b, c, 2 * stats.binom.cdf(min(b, c), b + c, 0.5) - stats.binom.pmf(min(b, c), b + c, 0.5)]
            for b, c in [(7, 1), (30, 11), (100, 140)]
        ],
        "tango": [
            [n, b, c, *tango(n, b, c)]
            for n, b, c in [(21, 1, 7), (520, 27, 5), (100, 0, 0), (100, 3, 0), (50, 25, 25), (1000, 400, 380)]
        ],
        "holm": {"pValues": p_values, "adjusted": list(multipletests(p_values, method="holm")[1])},
        "benjaminiHochberg": {"pValues": p_values, "adjusted": list(multipletests(p_values, method="fdr_bh")[1])},
        "clustered": clustered(),
        "pairedT": paired_t(),
        "kappa": {"table": table.tolist(), "kappa": cohens_kappa(table).kappa},
    }
    json.dump(golden, sys.stdout, indent=1, default=float)
    print()


main()
