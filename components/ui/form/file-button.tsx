import { type ComponentProps, useId } from "react";
import { classNames } from "@/components/ui/class-names";
import { type ButtonSize, buttonClass } from "./button-class";

type Props = Pick<ComponentProps<"input">, "aria-describedby" | "aria-invalid" | "className"> & {
  label: string;
  /** Extensions and media types, as the `accept` attribute takes them. */
  accept: string;
  size?: ButtonSize;
  onFile: (file: File) => void;
};

/** A button that chooses a file. */
export function FileButton({ label, size, className, onFile, ...input }: Props) {
  const id = useId();
  return (
    <label
      htmlFor={id}
      className={classNames(
        buttonClass("secondary", size),
        "cursor-pointer has-focus-visible:outline-2 has-focus-visible:outline-accent",
        className,
      )}
    >
      {label}
      <input
        {...input}
        id={id}
        type="file"
        className="sr-only"
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          if (file) onFile(file);
          // Makes it possible to choose the same file again after editing it.
          target.value = "";
        }}
      />
    </label>
  );
}
