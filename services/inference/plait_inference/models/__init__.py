"""The only folder of the service, beside training, that may import torch and transformers."""
