import { classNames } from "@/components/ui/class-names";
import { Tooltip } from "@/components/ui/overlay/tooltip";
import type { ButtonProps } from "./button";
import { Button } from "./button";

export type IconButtonProps = Omit<ButtonProps, "children" | "aria-label"> & {
  /** What the button does: its accessible name and tooltip. */
  label: string;
  /** An icon of 16 px; decorative. */
  icon: React.ReactNode;
};

/** A square button of 30 px (`sm`: 24 px) with its name as a tooltip. */
export function IconButton({
  label,
  icon,
  size,
  className,
  variant = "ghost",
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip text={label}>
      <Button
        {...rest}
        variant={variant}
        size={size}
        aria-label={label}
        className={classNames("px-0!", size === "sm" ? "w-6" : "w-7.5", className)}
      >
        {rest.busy ? null : icon}
      </Button>
    </Tooltip>
  );
}
