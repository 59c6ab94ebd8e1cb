"""The trees are output: their tests run inside of ours, with their packages at hand."""

collect_ignore_glob = ["*/expected/*"]
