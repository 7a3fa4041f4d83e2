"""What somebody hears from Kith and when: kinds of letters, communities they follow, hours, pauses, being away."""
