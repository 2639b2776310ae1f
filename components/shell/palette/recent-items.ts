const key = "switchboard.palette.recent";
const most = 5;

/** Ids of what was chosen last in this tab, newest first. A browser may refuse to keep them. */
export function recentIds(): string[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(key) ?? "[]");
    return Array.isArray(kept) ? kept.filter((id) => typeof id === "string") : [];
  } catch {
    return [];
  }
}

export function noteRecent(id: string): void {
  const ids = [id, ...recentIds().filter((other) => other !== id)].slice(0, most);
  try {
    sessionStorage.setItem(key, JSON.stringify(ids));
  } catch {
    // Without storage there is just nothing recent.
  }
}
