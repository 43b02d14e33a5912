"""One module a command or group of commands: it reads arguments, calls what does the work, and prints."""
