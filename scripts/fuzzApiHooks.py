"""What no schema can say of the parameters of the API, so that more of what schemathesis sends goes further than their check."""

import schemathesis


@schemathesis.hook
def map_query(context, query):
    if not isinstance(query, dict):
        return query
    # Only a page before says what it may be; one try in seven stays.
    if len(str(query.get("after", ""))) % 7 != 3:
        query.pop("after", None)
    # A period has two ends of its own.
    if "period" in query:
        query.pop("since", None)
        query.pop("asOf", None)
    # Of so many a minute only so many are done in the time of a call.
    query.pop("rate", None)
    return query
