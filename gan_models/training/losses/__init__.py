"""What generator and discriminator minimise, and the penalties that keep them in bounds."""
