"""Which sentences of a conversation tell what happened in it: learned weights of transparent features."""
