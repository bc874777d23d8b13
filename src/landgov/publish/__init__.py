"""What leaves the house: profiles, files of tables and features, lists for people."""
