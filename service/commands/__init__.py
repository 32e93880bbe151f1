"""Door 4: the subcommands of `osteohooks`, one a module, each a click command called `command`."""
