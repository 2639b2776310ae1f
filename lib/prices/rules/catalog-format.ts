/** The formats of catalogs that an admin may import. */
export const catalogFormats = ["genai-prices", "litellm", "models.dev"] as const;
export type CatalogFormat = (typeof catalogFormats)[number];
