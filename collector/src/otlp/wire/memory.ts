/**
 * One stretch of memory that holds the request being scanned, next to the columns that grow out of it. Moving
 * bytes inside one ArrayBuffer (`copyWithin`) costs a third of a copy between two, because no view is made.
 *
 * Everything that names bytes names them by their offset here. Offsets stay valid while `bytes` is replaced by a
 * longer array, so a function may keep offsets across an allocation but must read `memory.bytes` again. Only across
 * `allocateWhileRead` it need not.
 */
export interface Memory {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The same bytes, for values wider than one. */
  readonly view: DataView;
  /** The same bytes, four at a time, for the search for bytes above 127. */
  readonly words: Int32Array;
  /** @returns the offset of sizeBytes fresh bytes, aligned to 8; they are given back all at once, by the owner */
  allocate(sizeBytes: number): number;
  /**
   * As `allocate`, in the middle of a message: the loops over its fields may go on reading it where they do, without a look at
   * `memory.bytes` for each field.
   */
  allocateWhileRead(sizeBytes: number): number;
}
