"""The outreach kit of a class or a policy page: a poster, a text message, words for the loudspeaker, a post."""
