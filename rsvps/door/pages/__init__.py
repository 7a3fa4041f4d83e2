"""The pages at the door, and the organisers' page of door links."""
