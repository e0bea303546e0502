import { Tooltip } from 'radix-ui'
import type { ButtonHTMLAttributes, ReactNode } from 'react'

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & {
  readonly look?: 'primary' | 'quiet' | 'danger' | 'plain'
  readonly isLarge?: boolean
}

export function Button({
  look = 'plain',
  isLarge = false,
  className = '',
  ...rest
}: ButtonProps): ReactNode {
  const classes = ['button', look === 'plain' ? '' : look, isLarge ? 'large' : '', className]
  return <button type="button" className={classes.join(' ')} {...rest} />
}

/** A button that shows only an icon; its name is read out and appears on hover and focus. */
export function IconButton({
  label,
  children,
  className = '',
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { readonly label: string }): ReactNode {
  return (
    <Hint text={label}>
      <button
        type="button"
        className={`button quiet icon ${className}`}
        aria-label={label}
        {...rest}
      >
        {children}
      </button>
    </Hint>
  )
}

/** A short explanation on hover and keyboard focus. */
export function Hint({ text, children }: { text: string; children: ReactNode }): ReactNode {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content className="tooltip" sideOffset={5} collisionPadding={8}>
          {text}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  )
}
