def depth(hours):
    """Metres of water so many hours after high water: seven at high water, one at low water."""
    if hours <= 6:
        return 7 - hours
    return hours - 6
