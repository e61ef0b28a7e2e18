;; Looks through a stretch of a request for places where a secret may be, two times sixteen bytes at a time. What it passes over has none;
;; what it names is looked at closely by text-scanner.ts. `npm run build:wasm -w @throughline/collector` makes secret-search-module.ts of it.
;;
;; Memory, as secret-search.ts lays it out:
;;      0  six tables of 16 bytes: for the low and the high half of a byte at each of three places, which of eight sets of
;;         literals have such a byte there, a bit each
;;   1024  4096 bytes: 1 where a key of the rules may end with letters of that hash
;;   8192  the bytes to look through, with some from before and after them, then the places that were found
(module
  (memory (export "memory") 2)

  ;; 1 if the letters before the `=` or `:` at $p may be the end of a key of the rules; a blank, a quote and its backslashes between
  ;; are passed over. Also 1 where the backslashes reach back to $floor, before which nothing is known.
  (func $ends_key (param $p i32) (param $floor i32) (result i32)
    (local $quote i32)
    (if (i32.eq (i32.load8_u (i32.sub (local.get $p) (i32.const 1))) (i32.const 0x20))
      (then (local.set $p (i32.sub (local.get $p) (i32.const 1)))))
    (local.set $quote (i32.load8_u (i32.sub (local.get $p) (i32.const 1))))
    (if (i32.or
          (i32.eq (local.get $quote) (i32.const 0x22))
          (i32.eq (local.get $quote) (i32.const 0x27)))
      (then
        (local.set $p (i32.sub (local.get $p) (i32.const 1)))
        (block $letters
          (loop $backslashes
            (br_if $letters
              (i32.ne (i32.load8_u (i32.sub (local.get $p) (i32.const 1))) (i32.const 0x5c)))
            (local.set $p (i32.sub (local.get $p) (i32.const 1)))
            (if (i32.le_u (local.get $p) (local.get $floor)) (then (return (i32.const 1))))
            (br $backslashes)))))
    ;; foldLetters of text-scanner.ts.
    (i32.load8_u offset=1024
      (i32.shr_u
        (i32.mul
          (i32.and
            (i32.load align=1 (i32.sub (local.get $p) (i32.const 4)))
            (i32.const 0x1f1f1f1f))
          (i32.const 0x9e3779b1))
        (i32.const 20))))

  ;; Writes the beginning of each 32 bytes that need a closer look to $out, ascending.
  ;; @param $p, $end where to look; up to 52 bytes behind $end are read, too. What begins before $p is not found
  ;; @param $floor before it nothing is read
  ;; @returns how many were written; there is room for one for each 32 bytes
  (func (export "search") (param $p i32) (param $end i32) (param $floor i32) (param $out i32) (result i32)
    (local $start i32)
    (local $bytes v128) (local $low v128) (local $high v128)
    ;; The tables: of the low half of a byte and of the high one, for each place of a literal, and for the kinds.
    (local $low_1st v128) (local $high_1st v128)
    (local $low_2nd v128) (local $high_2nd v128)
    (local $low_3rd v128) (local $high_3rd v128)
    (local $low_kinds v128) (local $high_kinds v128)
    ;; The sets of literals that have such a byte in the first place and in the second, and what kind of byte it is: of the
    ;; sixteen bytes at $p, and of the sixteen behind them.
    (local $a_1st v128) (local $a_2nd v128) (local $a_kinds v128)
    (local $b_1st v128) (local $b_2nd v128) (local $b_kinds v128)
    (local $hits v128)
    ;; A bit for each byte, those of the 32 before in the lower half.
    (local $digits i64)
    (local $runs i64)
    (local $signs i32)
    (local $found i32)
    (local.set $start (local.get $out))
    (local.set $low_1st (v128.load (i32.const 0)))
    (local.set $high_1st (v128.load (i32.const 16)))
    (local.set $low_2nd (v128.load (i32.const 32)))
    (local.set $high_2nd (v128.load (i32.const 48)))
    (local.set $low_3rd (v128.load (i32.const 64)))
    (local.set $high_3rd (v128.load (i32.const 80)))
    ;; 0x80 a digit; 0x40 a blank or a dash; 0x20 `:` or `=`; 0x10 the byte 0x18.
    (local.set $low_kinds
      (v128.const i8x16
        0xc0 0x80 0x80 0x80 0x80 0x80 0x80 0x80 0x90 0x80 0x20 0x00 0x00 0x60 0x00 0x00))
    (local.set $high_kinds
      (v128.const i8x16
        0x00 0x10 0x40 0xa0 0x00 0x00 0x00 0x00 0x00 0x00 0x00 0x00 0x00 0x00 0x00 0x00))
    (loop $chunks
      ;; Three bytes with which a secret begins: each place is looked up by its halves, and some set must have all six.
      ;; An int of 13 digits or more, as an AnyValue: the tag 0x18, then at least five bytes that say that another follows;
      ;; the first, the third and the fifth are looked at.
      (local.set $bytes (v128.load align=1 (local.get $p)))
      (local.set $low (v128.and (local.get $bytes) (i8x16.splat (i32.const 15))))
      (local.set $high (i8x16.shr_u (local.get $bytes) (i32.const 4)))
      (local.set $a_1st
        (v128.and
          (i8x16.relaxed_swizzle (local.get $low_1st) (local.get $low))
          (i8x16.relaxed_swizzle (local.get $high_1st) (local.get $high))))
      (local.set $a_2nd
        (v128.and
          (i8x16.relaxed_swizzle (local.get $low_2nd) (local.get $low))
          (i8x16.relaxed_swizzle (local.get $high_2nd) (local.get $high))))
      (local.set $a_kinds
        (v128.and
          (i8x16.relaxed_swizzle (local.get $low_kinds) (local.get $low))
          (i8x16.relaxed_swizzle (local.get $high_kinds) (local.get $high))))
      (local.set $hits
        (v128.or
          (v128.and
            (v128.and
              (i8x16.relaxed_swizzle (local.get $low_3rd) (local.get $low))
              (i8x16.relaxed_swizzle (local.get $high_3rd) (local.get $high)))
            (v128.and
              (i8x16.shuffle 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30
                (local.get $b_2nd) (local.get $a_2nd))
              (i8x16.shuffle 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29
                (local.get $b_1st) (local.get $a_1st))))
          (v128.and
            (v128.and
              (v128.and (i16x8.shl (local.get $a_kinds) (i32.const 3)) (i8x16.splat (i32.const 0x80)))
              (v128.load offset=1 align=1 (local.get $p)))
            (v128.and
              (v128.load offset=3 align=1 (local.get $p))
              (v128.load offset=5 align=1 (local.get $p))))))
      (local.set $bytes (v128.load offset=16 align=1 (local.get $p)))
      (local.set $low (v128.and (local.get $bytes) (i8x16.splat (i32.const 15))))
      (local.set $high (i8x16.shr_u (local.get $bytes) (i32.const 4)))
      (local.set $b_1st
        (v128.and
          (i8x16.relaxed_swizzle (local.get $low_1st) (local.get $low))
          (i8x16.relaxed_swizzle (local.get $high_1st) (local.get $high))))
      (local.set $b_2nd
        (v128.and
          (i8x16.relaxed_swizzle (local.get $low_2nd) (local.get $low))
          (i8x16.relaxed_swizzle (local.get $high_2nd) (local.get $high))))
      (local.set $b_kinds
        (v128.and
          (i8x16.relaxed_swizzle (local.get $low_kinds) (local.get $low))
          (i8x16.relaxed_swizzle (local.get $high_kinds) (local.get $high))))
      (local.set $hits
        (v128.or (local.get $hits)
        (v128.or
          (v128.and
            (v128.and
              (i8x16.relaxed_swizzle (local.get $low_3rd) (local.get $low))
              (i8x16.relaxed_swizzle (local.get $high_3rd) (local.get $high)))
            (v128.and
              (i8x16.shuffle 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30
                (local.get $a_2nd) (local.get $b_2nd))
              (i8x16.shuffle 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29
                (local.get $a_1st) (local.get $b_1st))))
          (v128.and
            (v128.and
              (v128.and (i16x8.shl (local.get $b_kinds) (i32.const 3)) (i8x16.splat (i32.const 0x80)))
              (v128.load offset=17 align=1 (local.get $p)))
            (v128.and
              (v128.load offset=19 align=1 (local.get $p))
              (v128.load offset=21 align=1 (local.get $p)))))))
      (local.set $found (v128.any_true (local.get $hits)))

      ;; A card: thirteen digits, blanks and dashes in a row, of which the last is in these 32 bytes.
      (local.set $digits
        (i64.or
          (i64.shr_u (local.get $digits) (i64.const 32))
          (i64.shl
            (i64.extend_i32_u
              (i32.or
                (i8x16.bitmask
                  (v128.or (local.get $a_kinds) (i16x8.shl (local.get $a_kinds) (i32.const 1))))
                (i32.shl
                  (i8x16.bitmask
                    (v128.or (local.get $b_kinds) (i16x8.shl (local.get $b_kinds) (i32.const 1))))
                  (i32.const 16))))
            (i64.const 32))))
      (local.set $runs (i64.and (local.get $digits) (i64.shr_u (local.get $digits) (i64.const 1))))
      (local.set $runs (i64.and (local.get $runs) (i64.shr_u (local.get $runs) (i64.const 2))))
      (local.set $runs (i64.and (local.get $runs) (i64.shr_u (local.get $runs) (i64.const 4))))
      (local.set $runs (i64.and (local.get $runs) (i64.shr_u (local.get $runs) (i64.const 5))))
      (local.set $found
        (i32.or
          (local.get $found)
          (i64.ne (i64.shr_u (local.get $runs) (i64.const 20)) (i64.const 0))))

      ;; A key of the rules inside of a text.
      (local.set $signs
        (i32.or
          (i8x16.bitmask (i16x8.shl (local.get $a_kinds) (i32.const 2)))
          (i32.shl
            (i8x16.bitmask (i16x8.shl (local.get $b_kinds) (i32.const 2)))
            (i32.const 16))))
      (block $done
        (loop $next
          (br_if $done (i32.eqz (local.get $signs)))
          (local.set $found
            (i32.or
              (local.get $found)
              (call $ends_key
                (i32.add (local.get $p) (i32.ctz (local.get $signs)))
                (local.get $floor))))
          (local.set $signs
            (i32.and (local.get $signs) (i32.sub (local.get $signs) (i32.const 1))))
          (br $next)))

      (if (local.get $found)
        (then
          (i32.store (local.get $out) (local.get $p))
          (local.set $out (i32.add (local.get $out) (i32.const 4)))))
      (local.set $p (i32.add (local.get $p) (i32.const 32)))
      (br_if $chunks (i32.lt_u (local.get $p) (local.get $end))))
    (i32.shr_u (i32.sub (local.get $out) (local.get $start)) (i32.const 2))))
