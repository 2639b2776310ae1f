/** The files that an admin may bring in. */
export const catalogFormats = ["genai-prices", "litellm", "models.dev"] as const;
export type CatalogFormat = (typeof catalogFormats)[number];
