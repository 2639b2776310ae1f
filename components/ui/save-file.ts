/**
 * Has the browser save what a path of ours answers. By a link, not by going there: a page that goes
 * away gives the download up as soon as something else changes the address.
 */
export function saveFile(path: string): void {
  const link = document.createElement("a");
  link.href = path;
  link.download = "";
  link.click();
}
