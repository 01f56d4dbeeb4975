"""Where the parameters of a noise curve go: to fit, to the scorer, to the splitter."""

from sklearn import get_config
from sklearn.utils import Bunch
from sklearn.utils.metadata_routing import (
    MetadataRouter,
    MethodMapping,
    process_routing,
)


def route_metadata(estimator, cv, scorer, groups, params):
    """Tell what of `groups` and `params` goes to fit, scorer and splitter."""
    if not get_config()["enable_metadata_routing"]:
        return Bunch(
            estimator=Bunch(fit=params),
            splitter=Bunch(split={"groups": groups}),
            scorer=Bunch(score={}),
        )
    if groups is not None:
        raise ValueError(
            "groups are metadata like all others while metadata routing is enabled. "
            "Pass them as params={'groups': groups}."
        )
    to_fit, to_split, to_score = (
        MethodMapping().add(caller="fit", callee=callee)
        for callee in ("fit", "split", "score")
    )
    router = (
        MetadataRouter(owner="noise_curve")
        .add(estimator=estimator, method_mapping=to_fit)
        .add(splitter=cv, method_mapping=to_split)
        .add(scorer=scorer, method_mapping=to_score)
    )
    return process_routing(router, "fit", **params)
