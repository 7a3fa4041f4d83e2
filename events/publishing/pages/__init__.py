"""The pages on which an event is written, published and called off."""
