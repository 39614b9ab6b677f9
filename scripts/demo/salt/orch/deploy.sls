web leaves the balancer:
  salt.function:
    - name: test.ping
    - tgt: 'web-*'

release is installed:
  salt.state:
    - tgt: 'app-*'
    - sls: shop
    - pillar:
        release: {{ pillar['release'] }}
    - require:
      - salt: web leaves the balancer

web comes back:
  salt.function:
    - name: test.ping
    - tgt: 'web-*'
    - require:
      - salt: release is installed
