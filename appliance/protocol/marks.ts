/** Marks that turn the letters around them, or end a line: with them one name passes for another. */
export const plainMarks: RegExp = /^[^\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]*$/;
