import { Option } from '@commander-js/extra-typings'

/** The option of the commands that need images. */
export function simulatedImages() {
  return new Option(
    '--no-simulated-images',
    'with --sandbox: wait for provision sandbox push, instead of simulating images that nobody has pushed',
  )
}
