/**
 * Downloads the response of one of our paths. Uses a link instead of a navigation, because a change
 * of the URL would cancel a pending navigation and its download.
 */
export function saveFile(path: string): void {
  const link = document.createElement("a");
  link.href = path;
  link.download = "";
  link.click();
}
