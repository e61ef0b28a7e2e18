;; Looks through a stretch of a request for places where a secret may be, sixteen bytes at a time. What it passes over has none;
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

  ;; The bits of $runs where thirteen in a row begin.
  (func $thirteen (param $runs i32) (result i32)
    (local.set $runs (i32.and (local.get $runs) (i32.shr_u (local.get $runs) (i32.const 1))))
    (local.set $runs (i32.and (local.get $runs) (i32.shr_u (local.get $runs) (i32.const 2))))
    (local.set $runs (i32.and (local.get $runs) (i32.shr_u (local.get $runs) (i32.const 4))))
    (i32.and (local.get $runs) (i32.shr_u (local.get $runs) (i32.const 5))))

  ;; The bits of $runs behind which five in a row begin.
  (func $before_five (param $runs i32) (result i32)
    (local $two i32)
    (local.set $runs (i32.shr_u (local.get $runs) (i32.const 1)))
    (local.set $two (i32.and (local.get $runs) (i32.shr_u (local.get $runs) (i32.const 1))))
    (i32.and
      (i32.and (local.get $two) (i32.shr_u (local.get $two) (i32.const 2)))
      (i32.shr_u (local.get $runs) (i32.const 4))))

  ;; Writes the beginning of each sixteen bytes that need a closer look to $out, ascending but for repetitions.
  ;; @param $p, $end where to look; 18 bytes behind $end are read, too
  ;; @param $floor before it nothing is read
  ;; @returns how many were written; there is room for two for each sixteen bytes
  (func (export "search") (param $p i32) (param $end i32) (param $floor i32) (param $out i32) (result i32)
    (local $first i32)
    (local $bytes v128) (local $second v128) (local $third v128)
    (local $low0 v128) (local $high0 v128)
    (local $low1 v128) (local $high1 v128)
    (local $low2 v128) (local $high2 v128)
    (local $literals v128)
    ;; A bit for each byte, those of the sixteen before in the lower half.
    (local $digits i32) (local $continued i32)
    ;; A bit for each byte of the sixteen before.
    (local $int_tags i32)
    (local $signs i32)
    (local $found i32)
    (local.set $first (local.get $out))
    (local.set $low0 (v128.load (i32.const 0)))
    (local.set $high0 (v128.load (i32.const 16)))
    (local.set $low1 (v128.load (i32.const 32)))
    (local.set $high1 (v128.load (i32.const 48)))
    (local.set $low2 (v128.load (i32.const 64)))
    (local.set $high2 (v128.load (i32.const 80)))
    (loop $chunks
      (local.set $bytes (v128.load align=1 (local.get $p)))
      (local.set $second (v128.load offset=1 align=1 (local.get $p)))
      (local.set $third (v128.load offset=2 align=1 (local.get $p)))

      ;; An int of 13 digits or more, as an AnyValue: the tag 0x18, then at least five bytes that say that another follows.
      (local.set $continued
        (i32.or
          (i32.shr_u (local.get $continued) (i32.const 16))
          (i32.shl (i8x16.bitmask (local.get $bytes)) (i32.const 16))))
      (if (local.get $int_tags)
        (then
          (if (i32.and (local.get $int_tags) (call $before_five (local.get $continued)))
            (then
              (i32.store (local.get $out) (i32.sub (local.get $p) (i32.const 16)))
              (local.set $out (i32.add (local.get $out) (i32.const 4)))))))
      (local.set $int_tags
        (i8x16.bitmask (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x18)))))

      ;; A card: thirteen digits, blanks and dashes in a row.
      (local.set $digits
        (i32.or
          (i32.shr_u (local.get $digits) (i32.const 16))
          (i32.shl
            (i8x16.bitmask
              (v128.or
                (i8x16.lt_u
                  (i8x16.sub (local.get $bytes) (i8x16.splat (i32.const 0x30)))
                  (i8x16.splat (i32.const 10)))
                (v128.or
                  (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x20)))
                  (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x2d))))))
            (i32.const 16))))
      (local.set $found (call $thirteen (local.get $digits)))

      ;; Three bytes with which a secret begins: each place is looked up by its halves, and some set must have all six.
      (local.set $literals
        (v128.and
          (i8x16.relaxed_swizzle
            (local.get $low0) (v128.and (local.get $bytes) (i8x16.splat (i32.const 15))))
          (i8x16.relaxed_swizzle (local.get $high0) (i8x16.shr_u (local.get $bytes) (i32.const 4)))))
      (local.set $literals
        (v128.and
          (local.get $literals)
          (v128.and
            (i8x16.relaxed_swizzle
              (local.get $low1) (v128.and (local.get $second) (i8x16.splat (i32.const 15))))
            (i8x16.relaxed_swizzle (local.get $high1) (i8x16.shr_u (local.get $second) (i32.const 4))))))
      (local.set $literals
        (v128.and
          (local.get $literals)
          (v128.and
            (i8x16.relaxed_swizzle
              (local.get $low2) (v128.and (local.get $third) (i8x16.splat (i32.const 15))))
            (i8x16.relaxed_swizzle (local.get $high2) (i8x16.shr_u (local.get $third) (i32.const 4))))))
      (local.set $found (i32.or (local.get $found) (v128.any_true (local.get $literals))))

      ;; A key of the rules inside of a text.
      (local.set $signs
        (i8x16.bitmask
          (v128.or
            (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x3d)))
            (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x3a))))))
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
      (local.set $p (i32.add (local.get $p) (i32.const 16)))
      (br_if $chunks (i32.lt_u (local.get $p) (local.get $end))))
    (i32.shr_u (i32.sub (local.get $out) (local.get $first)) (i32.const 2))))
