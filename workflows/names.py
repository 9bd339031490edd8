"""What posts and acts are called in Temporal: names only, nothing of what they say."""


def post_id_in_engine(organisation: str, post: str) -> str:
    """The workflow id of a post."""
    return f"post/{organisation}/{post}"


def named_in_engine(id: str) -> tuple[str, str]:
    """Organisation and post of a workflow id; empty for an id that no door of ours has given."""
    match id.split("/"):
        case ["post", organisation, post]:
            return organisation, post
    return "", ""


def act_id_in_engine(act: str) -> str:
    """The update id of an act: the beginning of its name, since a history repeats it five times.

    Fifty random bits tell the acts of one post apart. Were two alike, the engine would answer the
    second as the first; the door, which asks the record what it has heard, would not confirm it.
    """
    return act[:10]
