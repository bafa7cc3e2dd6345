print('waxing moon')
