import { imageTypes, maxImageBytes } from "@/lib/playground/rules/limits";
import type { PromptImage } from "./form-values";

type Reading = { image?: PromptImage; error?: string };

/** The image in a file, or why it cannot be sent. */
export async function readImage(file: File): Promise<Reading> {
  const name = file.name || "pasted image";
  if (!imageTypes.includes(file.type)) {
    return { error: `"${name}" is no PNG, JPEG, GIF or WebP image. Choose one of these.` };
  }
  if (file.size > maxImageBytes) {
    const megabytes = (file.size / 1024 / 1024).toFixed(1);
    return { error: `"${name}" has ${megabytes} MB; 5 MB is the most. Scale it down.` };
  }
  try {
    const url = await dataUrlOf(file);
    return { image: { name, type: file.type, data: url.slice(url.indexOf(",") + 1) } };
  } catch {
    return { error: `"${name}" could not be read. Choose it again.` };
  }
}

function dataUrlOf(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    // readAsDataURL ends with a string.
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
