"""Makes the parts of the Python binding that follow from lwt-api.json."""
