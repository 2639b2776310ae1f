/** What fields mean, by `Schema.field`. */
export type Notes = Record<string, string>;

/** The same notes for the fields of several schemas. */
export const inEach = (schemas: string[], notes: Notes): Notes =>
  Object.fromEntries(
    schemas.flatMap((schema) =>
      Object.entries(notes).map(([field, note]) => [`${schema}.${field}`, note]),
    ),
  );
