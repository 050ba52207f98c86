"""What a cycle, a training, a prediction and a page cost, beside the recipe that this console replaces."""
