/**
 * The field by which a form names the check boxes and lists that it contains, once for each: of one left unticked a
 * browser sends nothing, and what a form does not contain it must not change.
 */
export const containedField = "$contains";
