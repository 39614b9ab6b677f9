# Not idempotent: it changes something in every run.
stamp:
  cmd.run:
    - name: echo "configured by Salt, $(date +%s%N)" > /etc/motd
