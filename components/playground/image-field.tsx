"use client";

import X from "lucide-react/icons/x";
import { useId } from "react";
import { FileButton } from "@/components/ui/form/file-button";
import { IconButton } from "@/components/ui/form/icon-button";
import { imageTypes } from "@/lib/playground/rules/limits";
import type { Playground } from "./use-playground";

/** One image beside the prompt, from a file or pasted; shown as it will be sent. */
export function ImageField({ playground }: { playground: Playground }) {
  const { image, readImageFile, removeImage, errors } = playground;
  const id = useId();

  return (
    <fieldset className="min-w-0">
      <legend className="mb-1 text-sm text-ink-2">Image</legend>
      <div className="flex flex-wrap items-center gap-2">
        <FileButton
          label={image ? "Choose another image" : "Choose an image"}
          accept={imageTypes.join(",")}
          size="sm"
          aria-describedby={`${id}-hint`}
          aria-invalid={errors.image ? true : undefined}
          onFile={readImageFile}
        />
        <span id={`${id}-hint`} className="text-sm text-ink-3">
          {errors.image ? (
            <span className="text-bad">{errors.image}</span>
          ) : (
            "or paste it; at most 5 MB"
          )}
        </span>
      </div>
      {image && (
        <div className="mt-2 flex items-start gap-2 rounded-md border border-line p-2">
          {/* biome-ignore lint/performance/noImgElement: the image is in memory, there is nothing to optimize */}
          <img
            src={`data:${image.type};base64,${image.data}`}
            alt={`Goes with the prompt: ${image.name}`}
            className="max-h-24 max-w-32 rounded-sm bg-sunken object-contain"
          />
          <p className="min-w-0 flex-1 text-sm wrap-anywhere text-ink-2">{image.name}</p>
          <IconButton
            size="sm"
            label="Remove the image"
            icon={<X className="size-3.5" />}
            onClick={removeImage}
          />
        </div>
      )}
    </fieldset>
  );
}
