/** Beside `span=`: the page goes on to the span in which that span's failure began, once, and forgets the parameter. */
export const FAILURE_ORIGIN = "origin";
