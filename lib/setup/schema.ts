/** Something that the account lacks, and the command that adds it. */
export type MissingPart = {
  kind: "models_table" | "agents_table" | "management_table" | "secret";
  name: string;
  /** What works without it, and what does not. */
  consequence: string;
  command: string;
};
