const key = "switchboard.palette.recent";
const maxRecent = 5;

/** IDs of recently chosen items in this tab, newest first. Storage may be unavailable. */
export function recentIds(): string[] {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(key) ?? "[]");
    return Array.isArray(stored) ? stored.filter((id) => typeof id === "string") : [];
  } catch {
    return [];
  }
}

export function recordRecent(id: string): void {
  const ids = [id, ...recentIds().filter((other) => other !== id)].slice(0, maxRecent);
  try {
    sessionStorage.setItem(key, JSON.stringify(ids));
  } catch {
    // Without storage there are no recent items.
  }
}
