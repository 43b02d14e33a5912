"""The public event contract of Plait.

- ``plait_schemas.records``: frozen dataclasses, generated from ``avro/*.avsc``
- ``plait_schemas.bodies``: their Avro bodies, generated too
- ``plait_schemas.catalogue``: the topics, from ``topics.yaml``
- ``plait_schemas.definitions``: the schemas themselves, current and released
- ``plait_schemas.ids``: how ids and keys are derived
"""
