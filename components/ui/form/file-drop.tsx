"use client";

import { useState } from "react";
import { classNames } from "@/components/ui/class-names";
import { Spinner } from "@/components/ui/spinner";
import { FileButton } from "./file-button";

export type FileDropProps = {
  /** The input's `accept` attribute. */
  accept: string;
  /** The accepted files, shown after "or drop it here:". */
  hint: string;
  /** What is happening with the file while `busy`. */
  busyLabel: string;
  busy: boolean;
  onFile: (file: File) => void;
};

/** Chooses or drops a file. */
export function FileDrop({ accept, hint, busyLabel, busy, onFile }: FileDropProps) {
  const [isDraggedOver, setDraggedOver] = useState(false);

  function onDrop(event: React.DragEvent) {
    event.preventDefault();
    setDraggedOver(false);
    const [file] = event.dataTransfer.files;
    if (file && !busy) onFile(file);
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is the mouse's way to the field
    <div
      onDragOver={(event) => {
        event.preventDefault();
        setDraggedOver(true);
      }}
      onDragLeave={() => setDraggedOver(false)}
      onDrop={onDrop}
      className={classNames(
        "flex flex-col items-center gap-2 rounded-lg border border-dashed px-4 py-8 text-center",
        isDraggedOver ? "border-accent bg-accent-wash" : "border-field-line",
      )}
    >
      {busy ? (
        <p role="status" className="flex items-center gap-2">
          <Spinner /> {busyLabel}
        </p>
      ) : (
        <>
          <FileButton label="Choose a file" accept={accept} onFile={onFile} />
          <p className="text-ink-3">or drop it here: {hint}</p>
        </>
      )}
    </div>
  );
}
