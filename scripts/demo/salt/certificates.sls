{% set host = grains['id'] %}
certificates folder:
  file.directory:
    - name: /etc/ssl/site
    - makedirs: True

certificate:
  cmd.run:
    - name: renew-certificate {{ host }}
    - unless: renew-certificate --check {{ host }}
    - require:
      - file: certificates folder
