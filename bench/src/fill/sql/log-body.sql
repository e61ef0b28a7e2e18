concat(replaceOne(replaceOne(replaceOne(replaceOne(text,
    '#', toString(bitShiftRight(lh, 17) % 2000)),
    '@', lower(hex(toUInt32(bitShiftRight(lh, 28) % 4294967296)))),
    '~', userId),
    '%', concat('E', leftPad(toString(bitShiftRight(lh, 11) % 100000), 5, '0'))),
    ' component=', service, '.', ['handler', 'client', 'store', 'worker'][1 + bitShiftRight(lh, 33) % 4], ' elapsed_us=', toString(bitShiftRight(lh, 13) % 50000))
